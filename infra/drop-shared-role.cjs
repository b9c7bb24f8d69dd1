/** Every function has a role of its own; this takes the unused shared role, with its wide rights, out of the template. */
const shared = 'IamRoleLambdaExecution';

module.exports = class DropSharedRole {
  constructor(serverless) {
    this.hooks = {
      'before:package:finalize': () => {
        const { Resources: resources } = serverless.service.provider.compiledCloudFormationTemplate;
        const { [shared]: role, ...rest } = resources;
        const user = Object.entries(rest).find(([, resource]) => JSON.stringify(resource).includes(`"${shared}"`));
        if (user)
          throw new Error(`serverless.yml: ${user[0]} uses the shared role: give its function iamRoleStatements`);
        if (role) delete resources[shared];
      },
    };
  }
};
