/** Version of package.json, put in by the build. */
declare const __CONVATLAS_VERSION__: string;
