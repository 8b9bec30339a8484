// Package directory says who the actors are: the parties to the Convention,
// with their names, groups and dates.
//
// A [Party] is a State or a regional economic integration organization, known
// by its ISO 3166-1 alpha-2 code. The list also holds the other entries of that
// standard, States that are not parties and areas, because laws and activities
// name them too; [Adherence] tells how each stands towards the Convention. The
// data ship inside the program; what could not be checked against a source says
// so, field by field. Fictional parties exist for demonstrations only and are
// mixed in by nobody but the caller of [Load].
//
// Parties are listed in the alphabetical order of the reader's language, never
// by any measure of what they do.
//
// Sources and doubts of the data are told in data/README.md.
package directory
