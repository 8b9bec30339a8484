// Package assessment is where a party tells how it implements each provision.
//
// A Round opens an approved edition to parties; an Assessment is one party in
// one round; it holds one Answer per question. An answer is append-only: each
// acknowledged save is a Version. A contribution from an agency is kept apart
// as a Proposal until the focal point accepts it. The states:
//
//	assessment: draft > proposed > submitted > (returned > proposed > submitted)…; closed where its round moved to another edition
//	answer:     empty > draft > submitted > (returned > draft > submitted)…
//	proposal:   writing > offered > accepted, or returned > writing
//
// Submitting freezes every answer's version and raises it to the secretariat.
// Returning names answers and reasons and reopens exactly those. Publishing
// copies one submitted version, or some of its parts, to the public; later
// versions stay with the party until they are published in their turn.
//
// This package decides; package store keeps. It knows nothing of pages or SQL.
package assessment
