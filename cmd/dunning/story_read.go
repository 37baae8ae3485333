package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/incassocenter/dunning/internal/calendar"
	"github.com/incassocenter/dunning/internal/claim"
)

// storyClaim is one claim of the sample portfolio with what happens to it.
type storyClaim struct {
	Claim  string       `yaml:"claim"`
	Story  string       `yaml:"story"`
	Ends   claim.Status `yaml:"ends"` // how it must end
	Events []storyEvent `yaml:"events"`
}

// storyEvent is one thing that happens, some days after the letter of a step left. Exactly one of the others is set.
type storyEvent struct {
	After     string `yaml:"after"`
	Days      int    `yaml:"days"`
	Pay       string `yaml:"pay"`        // to the trust account, with the reference
	PayClient string `yaml:"pay_client"` // to the client
	Credit    string `yaml:"credit"`
	WriteOff  string `yaml:"write_off"`
	Receipt   string `yaml:"receipt"` // to the trust account, without a reference
	Assign    bool   `yaml:"assign"`  // that receipt is allocated by a person
	Dispute   string `yaml:"dispute"`
	Judge     string `yaml:"judge"`
	Hold      int    `yaml:"hold"` // days
	Withdraw  bool   `yaml:"withdraw"`
	Decide    string `yaml:"decide"`
	Court     string `yaml:"court"` // a stage of the procedure
	Flag      string `yaml:"flag"`
	Close     string `yaml:"close"`
	Remark    string `yaml:"remark"`
	Complain  string `yaml:"complain"`

	Debtor map[string]string `yaml:"debtor"` // corrected, by column
}

// byBank says whether it is in a statement of the trust account.
func (e storyEvent) byBank() bool { return e.Pay != "" || e.Receipt != "" }

// readStory reads the events of the sample portfolio.
func readStory(samples fs.FS) ([]storyClaim, error) {
	data, err := fs.ReadFile(samples, "samples/events.yaml")
	if err != nil {
		return nil, err
	}
	var list []storyClaim
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("samples/events.yaml: %w", err)
	}
	return list, nil
}

var relativeDay = regexp.MustCompile(`@([+-]\d+)`)

// portfolioOn is the sample portfolio as a client would hand it over on a day: the file has its dates relative to that day (@-35),
// because an invoice may not be older than six months.
func portfolioOn(samples fs.FS, on calendar.Date) ([]byte, error) {
	data, err := fs.ReadFile(samples, "samples/portfolio.csv")
	if err != nil {
		return nil, err
	}
	return datedFrom(data, on), nil
}

// datedFrom is a hand-over file with the days that it counts from a day (@-35) as dates.
func datedFrom(data []byte, on calendar.Date) []byte {
	return relativeDay.ReplaceAllFunc(data, func(match []byte) []byte {
		days, _ := strconv.Atoi(string(match[1:])) // the pattern has digits only
		return []byte(on.AddDays(days).String())
	})
}
