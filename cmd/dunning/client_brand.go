package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/letter"
	"github.com/incassocenter/dunning/internal/postgres"
)

// brand reads how the client's own letters look. A logo is looked for beside the file of clients. key and problem say what is wrong.
func (c clientEntry) brand(file string) (brand postgres.Brand, key, problem string) {
	if c.Colour.Kind != 0 && (c.Colour.Kind != yaml.ScalarNode || strings.TrimSpace(c.Colour.Value) == "") {
		return brand, "colour", `is empty; right would be "#18345c" in quotes, because without them YAML takes it for a comment`
	}
	brand.Colour = strings.ToLower(c.Colour.Value)
	if c.Logo != "" {
		name := c.Logo
		if !filepath.IsAbs(name) {
			name = filepath.Join(filepath.Dir(file), name)
		}
		if brand.Logo, problem = readLogo(name); problem != "" {
			return brand, "logo", problem
		}
	}
	var wrong *letter.BrandError
	if err := letter.Brand(brand).Check(); errors.As(err, &wrong) {
		if wrong.Key == "logo" {
			return brand, wrong.Key, c.Logo + " " + wrong.Problem
		}
		return brand, wrong.Key, wrong.Problem
	}
	return brand, "", ""
}

// maxLogoFile is far more than a logo may have: what is larger is not read into memory to be refused.
const maxLogoFile = 10_000_000

func readLogo(name string) (file []byte, problem string) {
	const right = "right would be the name of a PNG or JPEG file, from the directory of the file of clients"
	info, err := os.Stat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() == 0 || info.Size() > maxLogoFile) {
		return nil, fmt.Sprintf("%s is no picture of a letter's size; %s", name, right)
	}
	if err == nil {
		file, err = os.ReadFile(name)
	}
	if err != nil {
		return nil, fmt.Sprintf("%v; %s", err, right)
	}
	return file, ""
}
