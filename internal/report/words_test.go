package report

import (
	"reflect"
	"testing"
)

// Every language has every word, of every phase and means.
func TestNoWordIsMissing(t *testing.T) {
	t.Parallel()
	for _, lang := range Languages() {
		w := in[lang]
		fields := reflect.ValueOf(*w)
		for i := range fields.NumField() {
			if fields.Field(i).IsZero() {
				t.Errorf("%s: no %s", lang, fields.Type().Field(i).Name)
			}
		}
		for _, phase := range Phases() {
			if w.Phases[phase] == "" {
				t.Errorf("%s: no word for %s", lang, phase)
			}
		}
		for _, means := range AllMeans() {
			if w.Means[means] == "" {
				t.Errorf("%s: no word for %s", lang, means)
			}
		}
	}
}
