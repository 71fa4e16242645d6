/** Styles are imported for their effect; esbuild bundles them into one file. */
declare module '*.css';
