// Package corpus takes in and writes out folders of laws.
//
// A corpus folder holds index.jsonl, one JSON object a line, and the files it names:
//
//	{"id", "file", "country", "lang", "title", "date", "source", "licence", "format", "provisions", "kind", "source_url"}
//
// id is unique in the folder and becomes the measure's source id; file is a path within
// the folder, parts parted by "/"; country is an ISO 3166-1 alpha-2 code or "EU"; lang is a
// BCP 47 tag; title is a text or an object of texts by language; date is a year, a month or a
// day; format is one of those that package legaltext reads. kind is law (when absent), bill,
// treaty or another type of measure; a bill is a draft law. provisions are ids of provisions that the
// law implements, mapped to the whole measure, or objects {"id", "eid", "note"} for a section. status,
// summary and further fields that Export writes are read; unknown fields are ignored. adopted, in_force_from and
// in_force_until are dates of the text, where its source gives them. translations are objects
// {"lang", "file", "format", "status", "title", "maker", "source_url"}: renderings of the same text in other languages,
// each a file of the folder; status is authentic, official, courtesy or machine.
//
// A path never leads out of the folder. A bad line or file is refused with its reason
// and does not stop the rest. The original is kept by its hash; a record that is
// the same as before changes nothing; a changed text becomes a new version of the measure.
package corpus
