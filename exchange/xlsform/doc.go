// Package xlsform reads and writes questionnaires as XLSForm: a workbook with the sheets survey, choices and settings,
// as KoboToolbox, ODK and others use it. Source: xlsform.org.
//
// A form that we write works in those tools: each question is a group with the follow-up block inside, in every
// language of the edition. Columns that begin with merida:: carry what XLSForm has no place for, so that the
// file comes back unchanged; other tools pass them over.
//
// A form of others is read as far as a questionnaire goes: rows that are bound to a provision (merida::provision)
// become questions. What a questionnaire cannot hold (numbers, pictures, places, calculations, repeats, conditions) is
// named with its row and left out, never dropped in silence. What is wrong with a form is named with its row as well.
package xlsform
