// Names what programs commonly use of Go's library, so that building this compiles it ahead of learners.
package main

import (
	_ "bufio"
	_ "bytes"
	_ "context"
	_ "crypto/sha256"
	_ "encoding/base64"
	_ "encoding/csv"
	_ "encoding/hex"
	_ "encoding/json"
	_ "errors"
	_ "flag"
	_ "fmt"
	_ "html/template"
	_ "io"
	_ "log"
	_ "log/slog"
	_ "math/rand"
	_ "net/http"
	_ "os"
	_ "os/exec"
	_ "os/signal"
	_ "path/filepath"
	_ "regexp"
	_ "slices"
	_ "sort"
	_ "strconv"
	_ "strings"
	_ "sync"
	_ "syscall"
	_ "time"
)

func main() {}
