package exchange_test

import (
	"errors"
	"fmt"
	"testing"

	"merida/exchange"
	"merida/fault"
)

func TestWhatIsAFaultOfTheRecord(t *testing.T) {
	var list fault.List
	list.Add("country", "measure.error.country", nil)
	list.Add("title", "fault.required", nil)
	for _, c := range []struct {
		err        error
		ok         bool
		key, field string
	}{
		{list.Err(), true, "measure.error.country", "country"},
		{fmt.Errorf("act: %w", fault.New(fault.Conflict, "measure.error.owned", nil)), true, "measure.error.owned", ""},
		{fault.Of(fault.TooLarge), true, "fault.too_large", ""},
		{fault.Of(fault.StorageFull), false, "", ""},
		{fault.Of(fault.Unavailable), false, "", ""},
		{fault.Of(fault.Denied), false, "", ""},
		{errors.New("disk"), false, "", ""},
	} {
		var l exchange.Line
		if ok := l.Refuse(c.err); ok != c.ok || l.Reason.Key != c.key || l.Field != c.field || ok != (l.Outcome == exchange.Refused) {
			t.Errorf("%v: %v, %+v", c.err, ok, l)
		}
	}
}

func TestReportCounts(t *testing.T) {
	var r exchange.Report
	for _, o := range []exchange.Outcome{exchange.Accepted, exchange.Refused, exchange.Accepted} {
		r.Add(exchange.Line{Outcome: o})
	}
	if r.Records != 3 || r.Count[exchange.Accepted] != 2 || r.Count[exchange.Refused] != 1 {
		t.Errorf("%+v", r)
	}
}
