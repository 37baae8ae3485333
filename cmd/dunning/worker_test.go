package main

import (
	"testing"

	"github.com/incassocenter/dunning/activities"
	"github.com/incassocenter/dunning/config"
)

// A mail in flight when the worker is told to stop takes at most both timeouts; then how it ended is noted.
func TestStoppingWaitsForTheMailInFlight(t *testing.T) {
	t.Parallel()
	cfg, err := config.Development(map[string]string{"smtp.connect_timeout": "9s", "smtp.send_timeout": "26s"})
	if err != nil {
		t.Fatal(err)
	}
	needed := cfg.SMTP.ConnectTimeout + cfg.SMTP.SendTimeout + activities.SettleWithin
	if got := workerOptions(cfg).WorkerStopTimeout; got < needed {
		t.Errorf("the worker waits %s; right would be at least %s", got, needed)
	}
}
