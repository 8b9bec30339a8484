// Package library is the repository of national measures: laws, regulations,
// policies, strategies, institutions, cases, statistics and good practices.
//
// A Measure is the record; its text is a sequence of Versions, each a tree of
// Sections with stable ids in the naming of Akoma Ntoso ("art_12__para_1"). A
// Mapping ties a section, or the whole measure, to a provision of a convention
// and says who thinks so: suggested by the program, editorial, or validated by
// the State. A Citation is pinned to a version, so that it shows for ever what was cited.
//
// What an organisation, the secretariat or an import records about a
// jurisdiction is editorial: public at once and marked as not validated by the
// State. What a State enters is its own until its approver publishes it.
package library
