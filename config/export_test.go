package config

// Fields gives every key to the tests.
func Fields() []string {
	var keys []string
	for _, f := range fields(&Config{}) {
		keys = append(keys, f.key)
	}
	return keys
}

// Needed says whether a key has no default.
func Needed(key string) bool {
	for _, f := range fields(&Config{}) {
		if f.key == key {
			return f.needed
		}
	}
	return false
}
