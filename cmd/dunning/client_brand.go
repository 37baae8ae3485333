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

// brand reads how the client's own letters look, and says what of it is wrong, each key by itself. A logo is looked for beside the file of clients.
func (c clientEntry) brand(file string) (brand postgres.Brand, problems []keyProblem) {
	problem := ""
	if brand.Colour, problem = c.colour(); problem != "" {
		problems = append(problems, keyProblem{"colour", problem})
	}
	if brand.Logo, problem = c.logo(file); problem != "" {
		problems = append(problems, keyProblem{"logo", problem})
	}
	return brand, problems
}

func (c clientEntry) colour() (colour, problem string) {
	if c.Colour.Kind != 0 && (c.Colour.Kind != yaml.ScalarNode || strings.TrimSpace(c.Colour.Value) == "") {
		return "", `is empty; right would be "#18345c" in quotes, because without them YAML takes it for a comment`
	}
	colour = strings.ToLower(c.Colour.Value)
	return colour, brandProblem(letter.Brand{Colour: colour})
}

func (c clientEntry) logo(file string) (logo []byte, problem string) {
	if c.Logo == "" {
		return nil, ""
	}
	name := c.Logo
	if !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(file), name)
	}
	if logo, problem = readLogo(name); problem != "" {
		return nil, problem
	}
	if problem = brandProblem(letter.Brand{Logo: logo}); problem != "" {
		problem = c.Logo + " " + problem
	}
	return logo, problem
}

// brandProblem says why letters cannot be printed so.
func brandProblem(b letter.Brand) string {
	var wrong *letter.BrandError
	if errors.As(b.Check(), &wrong) {
		return wrong.Problem
	}
	return ""
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
