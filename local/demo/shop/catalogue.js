/** Prices in cents. */
export const products = new Map([
  ['tea', { name: 'Green tea', price: 450 }],
  ['cup', { name: 'Cup with a golden seam', price: 2800 }],
  ['bowl', { name: 'Bowl with a golden seam', price: 3900 }],
]);
