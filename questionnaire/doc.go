// Package questionnaire holds what parties are asked, as data: a Questionnaire
// has Editions, an edition has sections of questions bound to provisions of a
// convention, and one Block of follow-up parts that every question shares.
//
// An edition moves draft > tabled (put before the Conference) > approved
// (decision symbol, date) > retired. Its content is hashed when it is tabled and
// cannot change afterwards: answers stay bound to the words that were asked.
// Only an approved edition can be opened as a round.
//
// The wording of the editions that ship with the program is ours, in six
// languages, and marked unofficial.
package questionnaire
