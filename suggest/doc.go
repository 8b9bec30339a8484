// Package suggest proposes, for each section of a law, the provisions of the Convention that
// it deals with, and says why. It is computed here, from three things:
//
//   - the thesaurus: which concepts of the field the section names, and to which provisions
//     they are tied;
//   - the titles and labels of the provisions, in the law's language, and how far the headings
//     of the section share their words;
//   - what people mapped before: sections of other laws with like words, in the same language,
//     or with like concepts, in any language.
//
// A suggestion is a proposal to a person, never a mapping: nobody is shown it as a statement
// about a State. How often it is right is measured on mapped sections of which the State's
// whole law was held aside (see [Measure]); docs/mapping.md has the figures.
//
// Sources of the methods: term weighting by rarity, Spärck Jones 1972; nearest neighbours for
// text, Yang 1994; smoothing of estimates from few examples, Laplace.
package suggest
