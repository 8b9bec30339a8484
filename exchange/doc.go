// Package exchange is what all imports and exports share: the line that tells what
// became of one record, and the report that counts the lines.
//
// An import never stops at a bad record and never leaves half of one: each record gets
// exactly one [Line], accepted, updated, unchanged or refused with its reason. The same
// file again changes nothing. The formats themselves are packages below this one.
package exchange
