package web

import (
	"merida/assistance"
	"merida/convention"
	"merida/party"
)

// assistanceBlock is what pages of the chain show of needs and activities.
type assistanceBlock struct {
	Needs      []assistance.Need
	Activities []assistance.Activity
}

// assistanceOn reads what is public of needs and activities of a party, on provisions, or both.
func (v *visit) assistanceOn(p party.ID, provisions []convention.ID) (*assistanceBlock, error) {
	return nil, nil
}
