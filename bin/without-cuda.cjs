/**
 * Run by npm before the install scripts of the packages that rr depends on (`preinstall`). The one of onnxruntime-node
 * downloads 300 MB of CUDA libraries on Linux unless they are there, and the setting that says no (.npmrc) does not
 * travel with a package. So a note stands in their place; `rr doctor` prints the command that replaces the notes by
 * the libraries, for machines with an NVIDIA card. Nothing happens when the caller asked for them, or in a checkout.
 */
const { existsSync, writeFileSync } = require('node:fs');
const { dirname, join, sep } = require('node:path');

const asked = process.env.npm_config_onnxruntime_node_install ?? process.env.ONNXRUNTIME_NODE_INSTALL;
const NOTE = 'Not installed. ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild --ignore-scripts=false onnxruntime-node puts the library here.\n';

function leaveNotes() {
  const runtime = dirname(require.resolve('onnxruntime-node/package.json'));
  const platform = `${process.platform}/${process.arch}`;
  const { requirements, manifests } = require(join(runtime, 'script', 'install-metadata.js'));
  for (const name of requirements[platform] ?? []) {
    for (const file of Object.keys(manifests[`${platform}:${name}`] ?? {})) {
      const path = join(runtime, 'bin', 'napi-v6', platform, file);
      if (!existsSync(path)) writeFileSync(path, NOTE);
    }
  }
}

if (asked === undefined && __dirname.split(sep).includes('node_modules')) {
  try {
    leaveNotes();
  } catch (error) {
    // no reason to fail: what follows is a longer download
    console.warn(`rr: the download of CUDA libraries cannot be left out: ${error.message}`);
  }
}
