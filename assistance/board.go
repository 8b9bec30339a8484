package assistance

// Board keeps the compact picture.
type Board struct{ Store Store }
