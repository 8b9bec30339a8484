// Package demo fills an empty installation with a demonstration that tells the
// whole story of the system, and invents no fact.
//
// Two kinds of records are in it. The measures of real States (data/measures.json)
// are facts: official title, date, source, and which article deals with which
// provision, found by reading the law; summaries and notes are in our own words
// and marked unofficial. The texts themselves are not taken in: a section is here
// by its number, and whoever imports the laws gets the text as the next version.
//
// All else belongs to the fictional parties QM, QN and QP and the fictional
// organisations XM-DEMO-1 and XM-DEMO-2, and says so: laws, people, answers, needs
// and activities. Everything is done through the services, by the actor who
// may do it, on a clock that runs through the weeks before today, so that the rules
// hold for the demonstration as they do for anybody.
package demo
