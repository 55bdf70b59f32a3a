/** Where dist/rr starts. main ends the process itself; a bundle of this kind cannot wait for it at its top level. */
import './home.ts';
import { main } from '../../src/main.ts';

main(process.argv.slice(2));
