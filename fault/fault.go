package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what went wrong in terms that a caller can act on.
type Kind int

const (
	// Internal is everything unforeseen; its cause is logged, not shown.
	Internal Kind = iota
	// Invalid means that the input breaks a rule; Fields names each place.
	Invalid
	// Unauthenticated means that nobody is signed in where somebody must be.
	Unauthenticated
	// Denied means that the actor is known and may know of the thing, but may not do this.
	Denied
	// NotFound means that the thing is not there, or that the actor may not know of it.
	NotFound
	// Conflict means that the thing has changed since the caller read it.
	Conflict
	// Precondition means that the caller did not say which version it saw (RFC 6585 section 3).
	Precondition
	// TooLarge means that a limit on size, depth or number was passed.
	TooLarge
	// RateLimited means that the caller came too often.
	RateLimited
	// Unavailable means that a part that is needed does not answer now; trying again later may help.
	Unavailable
	// StorageFull means that nothing more can be stored until the operator makes room.
	StorageFull
)

var kindNames = [...]string{"internal", "invalid", "unauthenticated", "denied", "not_found", "conflict",
	"precondition", "too_large", "rate_limited", "unavailable", "storage_full"}

// String gives the stable name of the kind, as problem documents show it.
func (k Kind) String() string {
	if int(k) < 0 || int(k) >= len(kindNames) {
		return kindNames[Internal]
	}
	return kindNames[k]
}

// Args fill the placeholders of a catalogue text, by name.
type Args map[string]any

// Field is one place of the input that breaks a rule.
type Field struct {
	Name string // the name of the form field or JSON member
	Key  string // catalogue key of the message
	Args Args
}

// Error is a failure of a known kind.
type Error struct {
	Kind   Kind
	Key    string // catalogue key; empty means the general text of the kind ("fault.<kind>")
	Args   Args
	Fields []Field
	Err    error // the cause, for the log only
}

// New makes a fault of a kind with the catalogue key of its message.
func New(k Kind, key string, args Args) *Error { return &Error{Kind: k, Key: key, Args: args} }

// Of makes a fault with the general message of its kind.
func Of(k Kind) *Error { return &Error{Kind: k} }

// Wrap makes a fault of a kind out of a cause that only the log will see.
func Wrap(k Kind, key string, err error) *Error { return &Error{Kind: k, Key: key, Err: err} }

// MessageKey is the catalogue key to show: the fault's own or its kind's.
func (e *Error) MessageKey() string {
	if e.Key != "" {
		return e.Key
	}
	return "fault." + e.Kind.String()
}

// Error is for logs; people read the catalogue's text instead.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Kind.String())
	if e.Key != "" {
		b.WriteString(" " + e.Key)
	}
	for k, v := range e.Args {
		fmt.Fprintf(&b, " %s=%v", k, v)
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Key)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf tells the kind of the first fault in the chain; Internal where there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether the chain holds a fault of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

// List collects broken rules field by field; its zero value is ready.
type List struct{ fields []Field }

// Add notes that a field breaks a rule.
func (l *List) Add(name, key string, args Args) { l.fields = append(l.fields, Field{name, key, args}) }

// Err is nil when nothing was noted, else one Invalid fault with all fields.
func (l *List) Err() error {
	if len(l.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Fields: l.fields}
}
