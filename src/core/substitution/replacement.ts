/** What a kernel is replaced by; small plain JSON. */
export type Replacement =
  /** The clinical kernel that fits best by values: any feature, any of 8 orientations, least-squares scale with sign. */
  | { readonly kind: "best-fit" }
  /** The feature of the kernel's spectral label, fitted alike; indeterminate kernels stay. */
  | { readonly kind: "label" }
  /** N(0, 1) entries scaled to the kernel's Frobenius norm: the control that makes the others fair. */
  | { readonly kind: "random"; readonly draw: number }
  /**
   * As `best-fit`, of as many random filters as the features make with their rotations and
   * reflections: tells what is owed to the filters being clinical from what any few filters do.
   */
  | { readonly kind: "random-fit"; readonly draw: number }
  | { readonly kind: "zero" }
  /** The nearest kernel of this rank (truncated SVD of its matrix). */
  | { readonly kind: "low-rank"; readonly rank: number }
  /** Entries rounded to this many bits, sign included, one scale per layer. */
  | { readonly kind: "rounded"; readonly bits: number };
