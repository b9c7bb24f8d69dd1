import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';

const run = promisify(execFile);
export const projectDir = fileURLToPath(new URL('../..', import.meta.url));

export interface TemplateResource {
  Type: string;
  DeletionPolicy?: string;
  // A template is whatever the tools wrote: the tests say what they expect of it.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  Properties: any;
}

export interface PackagedService {
  resources: Record<string, TemplateResource>;
  ofType(type: string): [string, TemplateResource][];
  functionNames: string[];
  /** Unzips a function's package into a folder of its own. */
  unzip(functionName: string): string;
  remove(): void;
}

/** Packages a copy of the project, as `npx serverless package` does on a machine without account or network. */
export async function packageService(env: Record<string, string> = {}): Promise<PackagedService> {
  const dir = mkdtempSync(path.join(tmpdir(), 'kintsugi-package-'));
  for (const part of ['serverless.yml', 'infra', 'functions', 'lib', 'kintsugi.yml', 'package.json', 'tsconfig.json']) {
    cpSync(path.join(projectDir, part), path.join(dir, part), { recursive: true });
  }
  symlinkSync(path.join(projectDir, 'node_modules'), path.join(dir, 'node_modules'), 'junction');
  const remove = (): void => rmSync(dir, { recursive: true, force: true });
  try {
    await run(process.execPath, [path.join(projectDir, 'node_modules/serverless/bin/serverless.js'), 'package'], {
      cwd: dir,
      timeout: 100_000,
      env: { PATH: process.env.PATH ?? '', HOME: dir, ...env },
    });
  } catch (error) {
    remove();
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless package failed:\n${stdout}\n${stderr}`, { cause: error });
  }
  const output = path.join(dir, '.serverless');
  const template = JSON.parse(readFileSync(path.join(output, 'cloudformation-template-update-stack.json'), 'utf8'));
  const resources: Record<string, TemplateResource> = template.Resources;
  return {
    resources,
    ofType: (type) => Object.entries(resources).filter(([, resource]) => resource.Type === type),
    functionNames: readdirSync(output)
      .filter((name) => name.endsWith('.zip'))
      .map((name) => name.slice(0, -'.zip'.length)),
    unzip(functionName) {
      const target = path.join(dir, 'unzipped', functionName);
      const files = unzipSync(readFileSync(path.join(output, `${functionName}.zip`)));
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(path.join(target, path.dirname(name)), { recursive: true });
        writeFileSync(path.join(target, name), content);
      }
      return target;
    },
    remove,
  };
}
