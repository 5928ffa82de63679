/**
 * jest's own order, but chaos at the end: its lanes take every core by themselves, and what runs
 * beside them would wait for most of its time.
 */
const { sep } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');

/** @typedef {Parameters<InstanceType<typeof Sequencer>['sort']>[0]} Tests */

const CHAOS = `${sep}chaos${sep}`;

module.exports = class ChaosLastSequencer extends Sequencer {
  /**
   * @override
   * @param {Tests} tests
   */
  async sort(tests) {
    const ordered = await super.sort(tests);
    /** @param {Tests[number]} test */
    const isChaos = ({ path }) => path.includes(CHAOS);
    return [...ordered.filter((test) => !isChaos(test)), ...ordered.filter(isChaos)];
  }
};
