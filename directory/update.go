package directory

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/fault"
	"merida/lang"
	"merida/party"
)

// Schema is the mark of a file of parties.
const Schema = "merida/parties/1"

// maxUpdate is how large a file of parties may be, in bytes; the one that ships has a tenth of it.
const maxUpdate = 4 << 20

// Update is a file of parties that the operator adds to what ships with the program: each entry takes the place of
// the one with its code, or is new. Entries that the file does not name stay as they are.
type Update struct{ f file }

// ReadUpdate reads and checks a file of the schema merida/parties/1 (data/README.md). TooLarge: it passes a limit.
// Invalid: it is no such file, or an entry lacks a name or has a value that is not in its closed list; the fields name each place.
func ReadUpdate(b []byte) (*Update, error) {
	if len(b) > maxUpdate {
		return nil, fault.New(fault.TooLarge, "convention.file.too_large", fault.Args{"bytes": maxUpdate})
	}
	u := &Update{}
	if err := json.Unmarshal(b, &u.f); err != nil {
		at := int64(len(b))
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = e.Offset
		} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = e.Offset
		}
		return nil, fault.New(fault.Invalid, "convention.file.malformed", fault.Args{"offset": at})
	}
	if u.f.Schema != Schema {
		return nil, fault.New(fault.Invalid, "convention.file.schema", fault.Args{"want": Schema, "got": u.f.Schema})
	}
	ours, err := shipped()
	if err != nil {
		return nil, err
	}
	var bad fault.List
	day := func(place, s string) {
		if _, err := time.Parse(time.DateOnly, s); s != "" && err != nil {
			bad.Add(place, "convention.file.date", fault.Args{"value": s})
		}
	}
	one := func(place, s string, of []term, may bool) {
		if s == "" && may || slices.ContainsFunc(of, func(t term) bool { return t.Code == s }) {
			return
		}
		bad.Add(place, "convention.file.unknown", fault.Args{"value": s})
	}
	if len(u.f.Parties) == 0 {
		bad.Add("parties", "convention.file.missing", nil)
	}
	day("status_as_of", u.f.AsOf)
	seen := map[party.ID]bool{}
	for i := range u.f.Parties {
		e := &u.f.Parties[i]
		at := fmt.Sprintf("parties[%d] %s.", i, e.ID)
		switch {
		case !e.ID.Valid() || e.ID.Demonstration() || e.Type == Fictional:
			bad.Add(at+"id", "convention.file.unknown", fault.Args{"value": string(e.ID)})
		case seen[e.ID]:
			bad.Add(at+"id", "convention.file.duplicate", fault.Args{"id": string(e.ID)})
		}
		seen[e.ID] = true
		one(at+"type", string(e.Type), ours.Types, false)
		one(at+"regional_group", string(e.Group), ours.Groups, true)
		one(at+"income_group", e.Income, ours.Incomes, true)
		one(at+"uncac.status", string(e.UNCAC.Status), ours.Standings, false)
		one(at+"uncac.ratification_kind", string(e.UNCAC.Kind), ours.Instruments, true)
		day(at+"uncac.signature_date", e.UNCAC.Signed)
		day(at+"uncac.ratification_date", e.UNCAC.Deposited)
		day(at+"uncac.in_force_date", e.UNCAC.InForce)
		for _, tag := range lang.Official {
			if s := e.Names[tag]; s == "" || s != strings.TrimSpace(s) || len(s) > 600 {
				bad.Add(at+"names."+string(tag), "convention.file.text", nil)
			}
		}
	}
	return u, bad.Err()
}

// With gives the parties as they are after updates, the newest last.
func With(us []*Update, extra ...Party) (*Parties, error) {
	f, err := merged(us)
	if err != nil {
		return nil, err
	}
	return listOf(f, extra)
}

func merged(us []*Update) (*file, error) {
	ours, err := shipped()
	if err != nil {
		return nil, err
	}
	f := *ours
	f.Parties = slices.Clone(ours.Parties)
	for _, u := range us {
		for _, e := range u.f.Parties {
			if i := slices.IndexFunc(f.Parties, func(x entry) bool { return x.ID == e.ID }); i >= 0 {
				f.Parties[i] = e
			} else {
				f.Parties = append(f.Parties, e)
			}
		}
		f.AsOf = max(f.AsOf, u.f.AsOf)
	}
	return &f, nil
}

// Changes says which entries an update would add to a list made of earlier ones, and which it would change.
func (u *Update) Changes(earlier []*Update) (added, changed []party.ID, err error) {
	f, err := merged(earlier)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range u.f.Parties {
		i := slices.IndexFunc(f.Parties, func(x entry) bool { return x.ID == e.ID })
		if i < 0 {
			added = append(added, e.ID)
			continue
		}
		was, _ := json.Marshal(f.Parties[i])
		is, _ := json.Marshal(e)
		if string(was) != string(is) {
			changed = append(changed, e.ID)
		}
	}
	return added, changed, nil
}

// File writes the parties after updates as a file that ReadUpdate reads, one entry a line.
func File(us []*Update) ([]byte, error) {
	f, err := merged(us)
	if err != nil {
		return nil, err
	}
	entries := f.Parties
	f.Parties = nil
	head, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	out := append([]byte(strings.TrimSuffix(string(head), `null}`)), '[')
	for i, e := range entries {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(out, "\n "...), line...)
	}
	return append(out, "\n]}\n"...), nil
}
