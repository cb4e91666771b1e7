// Prints when the tide is high, for one of three harbours.
package main

import (
	"fmt"
	"os"
	"strings"
)

var highWater = map[string][]string{
	"bergen":  {"04:10", "16:35"},
	"hamburg": {"01:20", "13:50"},
	"porto":   {"05:45", "18:05"},
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: tides HARBOUR")
		os.Exit(2)
	}
	times, known := highWater[strings.ToLower(os.Args[1])]
	if !known {
		fmt.Fprintf(os.Stderr, "no harbour %q\n", os.Args[1])
		os.Exit(3)
	}
	fmt.Printf("%s: high water at %s\n", os.Args[1], strings.Join(times, " and "))
}
