// Package convention holds the treaties whose implementation this system
// follows: the United Nations Convention against Corruption (UNCAC) down to
// paragraphs and points, and the articles of the Convention against
// Transnational Organized Crime (UNTOC). A convention is data; both ship inside
// the program and further ones are read from files of the same schema.
//
// A [Convention] is a tree of [Provision]s: chapter, article, paragraph, point.
// Ids are stable and speak: uncac/chp_III, uncac/art_16, uncac/art_16/para_1,
// uncac/art_23/para_1/point_b/point_ii. An article that is printed without
// paragraph numbers has one paragraph, para_1, marked Implicit, so that each
// provision has the same depth.
//
// A chapter or an article has a title in each language of the treaty, with a
// note whether that title was checked against a source. A paragraph or a point
// has a label: our own words, unofficial, for finding one's way, not a quotation
// and not a translation. The treaty's text itself is not here; the operator
// loads it.
//
// A [Catalogue] holds all conventions that are loaded. It never changes after it
// was made and may be shared between goroutines; what it hands out must not be
// modified.
//
// Sources and doubts of the data are told in data/README.md.
package convention
