/**
 * What dependency-cruiser gets to see of a file: nothing but the other files it names. dependency-cruiser reads
 * TypeScript with the compiler's own parser, which TypeScript 7 no longer has, and knows neither type imports without
 * it nor the entry of a worker thread. So each way of naming a file becomes a plain import.
 */
import { types as t } from '@babel/core';

/** @param {t.Node} node */
const isModuleUrl = (node) =>
  t.isMemberExpression(node) && t.isMetaProperty(node.object) && t.isIdentifier(node.property, { name: 'url' });

/** @returns {import('@babel/core').PluginObj} */
function namedFiles() {
  return {
    visitor: {
      Program(program) {
        /** @type {t.Statement[]} */
        const found = [];
        const add = (/** @type {t.Node | null | undefined} */ node) => {
          const path =
            t.isTemplateLiteral(node) && node.expressions.length === 0 ? node.quasis[0].value.cooked : undefined;
          const named = t.isStringLiteral(node) ? node.value : path;
          if (named) found.push(t.importDeclaration([], t.stringLiteral(named)));
        };
        program.traverse({
          // import … from, import type … from
          ImportDeclaration: ({ node }) => add(node.source),
          // export … from, export type … from
          ExportNamedDeclaration: ({ node }) => add(node.source),
          ExportAllDeclaration: ({ node }) => add(node.source),
          // type X = import('…').X
          TSImportType: ({ node }) => add(node.argument),
          CallExpression: ({ node }) => {
            if (t.isImport(node.callee)) add(node.arguments[0]);
          },
          // new Worker(new URL('…', import.meta.url))
          NewExpression: ({ node }) => {
            const [path, base] = node.arguments;
            if (t.isIdentifier(node.callee, { name: 'URL' }) && base && isModuleUrl(base)) add(path);
          },
        });
        program.node.body = found;
        program.skip();
      },
    },
  };
}

export default {
  babelrc: false,
  configFile: false,
  parserOpts: { plugins: ['typescript'] },
  plugins: [namedFiles],
};
