// Package treaty keeps the official texts of conventions, which the operator of an
// installation loads. The program ships the tree of each convention, its titles and
// labels of our own (package convention); it ships no treaty text, since which edition
// of it stands is for the operator to say.
//
// A [Text] is a convention in one language: a [Passage] for each provision that has words
// of its own, with the source, the date and the licence of the edition, and the hash of
// its words. An article that is printed whole may stand as one passage of the article.
// The words that stand before the first article are the passage of the convention itself.
//
// Editions are appended: the one loaded last stands, until it is taken back and the one
// before it stands again. The same text again changes nothing. A text is checked against the
// convention's tree: a passage of an unknown provision refuses it whole; provisions
// that have no words are named, and the text is taken in all the same.
//
// The text of a convention is no measure of a State. It is shown beside provisions and
// questions, and found in an index of its own ([Finder]), apart from laws.
//
// The package also keeps what the operator adds to the reference data: another convention, a
// newer list of States ([Reference]).
package treaty
