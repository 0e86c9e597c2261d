import fc from "fast-check";

/** One seed for all property tests, so that a run passes today if it passed yesterday. */
const SEED = 20_190_612;

const given = process.env.CONVATLAS_PROPERTY_SEED;
fc.configureGlobal({ seed: given === undefined ? SEED : Number(given) });
