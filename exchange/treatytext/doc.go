// Package treatytext reads and writes the official text of a convention as a file: JSON of the schema
// merida/treaty-text/1, which names the provision of each passage, and plain text or Markdown by
// article, from which the places of passages are read with the convention's tree at hand.
//
// JSON is an object with schema, convention, lang, status, source, source_url, licence, date and passages, a list of
// {"id": "uncac/art_16/para_1", "text": "…"}. Further members are passed over. It is what [Write] writes.
//
// A text by article may begin with lines "name: value" of the same names, closed by a line "---"; what the caller
// gives goes before them. Then come the articles: "Article 16", "Статья 16", "المادة 16", "第十六条", with the title on the same
// line or on the next, and the paragraphs and points with the numbers that are printed in that language: "1.", "(a)",
// "a)", "(i)", "一、", "㈠", "(أ)". The tree says which number can stand where, so that "(i)" is a ninth point or
// a first sub-point as the Convention has it. Headings of chapters and their titles are left out;
// what stands before the first article or chapter is the preamble.
package treatytext
