/** Where workers of this service listen, unless a deployment names another queue. */
export const TASK_QUEUE_DEFAULT = 'mfa-enrollment';
