// Package iati reads activity files of the IATI standard, versions 2.01 to 2.03, into
// records of assistance.
//
// A file is cut into its activities while it is read, each with its exact bytes and its
// line; what is stored already under the same bytes is not even decoded. Each activity is
// taken in or refused for itself, so that one bad record stops nothing, and a file that
// breaks off leaves what stood whole before. Files of other kinds, of 1.0x, in other
// encodings, or with a DOCTYPE or processing instructions are refused.
//
// The parser accepts less than XML allows: no declarations, no entities but the five of
// XML itself, and limits on size, depth and attributes. Nothing outside the file is ever
// read. Elements of other namespaces and elements for which [assistance.Content] has no
// place stay in the original, which is kept with the record.
//
// Identifier, reporting organisation and title are needed; without them an activity is
// refused. A date, number or country that cannot be one is left out with a remark, codes
// that no list has are kept, and of very long lists the record shows the first; the
// original keeps everything. The record of an activity is known by its identifier, its
// reporter and whether the report is a secondary one. Of two versions the one that its
// publisher changed last stands; where a file holds two and neither is newer, the one that
// is stored stays, so that the same file again changes nothing.
//
// [Exporter] writes what is public as a file of 2.03: from the kept originals, in the order of the schema,
// with elements of other namespaces; provisions and forms that people confirmed stand as sectors of our own
// vocabularies (99 and 98), which an import of any instance takes as stated. What the schema has no place for is
// left out and told. A file that was exported and comes back changes nothing.
//
// Which provisions and forms of assistance a record may be about is proposed by the rules
// of one table, rules.go; only people confirm.
//
// Sources: IATI standard 2.03, activity schema and code lists; OECD DAC purpose codes;
// XML 1.0 (fifth edition); Namespaces in XML 1.0.
package iati
