/** Some of Plotly's dependencies were written for Node and look for its name of `globalThis`. */
Object.assign(globalThis, { global: globalThis });
