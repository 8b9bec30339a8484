// Package analysis turns text into the terms by which it is found. Index and
// query go through the same functions, so that they agree whatever engine
// stands behind the search.
//
// Every word has two forms. The exact form (Fold) has no case, no accents, one
// form per letter and ASCII digits; it belongs to no language. The stem (Stem)
// leaves the ending away as the grammar of one language asks. Both are indexed;
// the exact form ranks higher.
//
// Scripts without spaces are cut into overlapping pairs of characters.
// Traditional Chinese characters that are usual in law fold to the simplified
// ones. Arabic letters fold over hamza seats, alef maqsura, ta marbuta and vowel
// signs, and stacked prefixes ("wa-bi-al-") come off in the stem. What this
// package does not do: synonyms, broken plurals, compounds, detection of languages.
package analysis
