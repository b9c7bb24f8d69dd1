import fc from 'fast-check';

/** A check that decides must decide the same twice: in CI the properties run on one seed, elsewhere on a fresh one each time. */
if (process.env.CI) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_122 });
