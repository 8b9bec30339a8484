// Package legaltext turns the text of a law, as sources give it, into the tree of
// sections that the library keeps: Markdown, plain text, HTML, Akoma Ntoso XML and
// the documents of word processors (DOCX) and PDF.
//
// Laws of the whole world print their articles in few ways: a word and a number
// ("Article 12", "Статья 290", "المادة الثانية عشرة", "第十二条", "§ 331"), or a bare
// number ("6."), with a heading beside, below or above. The words stand in one table
// (words.go), the ways to write a number in another (number.go). What a heading
// contains is learned from the document itself: where a book is directly followed
// by a title, books hold titles there, whatever the custom elsewhere.
//
// Three promises hold for whatever is read:
//
//   - Nothing is lost. Each word of the text stands in one section; what comes before
//     the first article is the preamble, and a text without articles is one body.
//   - Section ids are stable: the same bytes give the same ids, and an article keeps
//     its id ("art_12") when its neighbours change. Ids follow the naming of Akoma Ntoso;
//     a repeated number takes the id of what contains it as prefix, then "~2".
//   - Time and memory grow with the length of the text and no faster, and what passes a
//     limit is refused with its reason.
//
// Letters are brought to NFC. Arabic presentation forms, which only extraction from
// PDF leaves in a text, become letters, and the one unambiguous damage of that
// extraction (an alef before an inverted lam-alef) is mended; the original file is
// kept elsewhere, byte for byte. Links lose their address, marks of emphasis go.
//
// [WriteAkomaNtoso] writes the tree as Akoma Ntoso 3.0; what it writes is read back unchanged.
//
// Files that may be turned against their reader (XML, HTML, DOCX, PDF) are read in a process
// of their own where [In] is used.
//
// What is not done: no recognition of letters in pictures, no reading of the notes, headers and footers of a DOCX; no guess at what an amended text
// should say, no splitting of lettered points in Markdown and plain text, where they stay
// in the text of their paragraph.
package legaltext
