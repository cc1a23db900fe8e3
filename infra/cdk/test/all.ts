/** Every test in one process, so that each template is synthesised once. */

import './settings.test.ts';
import './state.test.ts';
import './doors.test.ts';
import './workload.test.ts';
import './machines.test.ts';
import './pipeline.test.ts';
import './builds.test.ts';
import './console.test.ts';
import './events.test.ts';
import './outputs.test.ts';
import './leftovers.test.ts';
import './rules.test.ts';
