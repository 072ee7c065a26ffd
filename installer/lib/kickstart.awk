# Turns a kickstart into a list of shell calls, each with the number of its line:
#   ks_command LINE NAME ARGUMENT...     a command
#   ks_section LINE NAME FILE ARGUMENT...  a section; its body is in FILE
#   ks_fail LINE MESSAGE                 what cannot be read
# Words are split exactly as pykickstart splits them, that is as Python's shlex.split(line, comments=True) does:
# single quotes take all as it is, double quotes know \" and \\, a backslash outside takes the next character,
# and an unquoted # starts a comment even inside a word. -v out=DIR names the directory for the bodies.
BEGIN {
    sections = " pre pre-install post packages onerror traceback addon anaconda include ksappend "
    open = ""
    count = 0
    squote = sprintf("%c", 39)
}

function quoted(s) {
    gsub(squote, squote "\\" squote squote, s)
    return squote s squote
}

function emit(call, line, n,    i, text) {
    text = call " " line
    for (i = 1; i <= n; i++) text = text " " quoted(word[i])
    print text
}

function fail(line, message) {
    print "ks_fail " line " " quoted(message)
    failed = 1
    exit
}

# Splits a line into word[1..]; returns their number, or -1 with the reason in why.
function split_line(s,    i, c, n, state, back, token, isquoted, length_s) {
    n = 0; state = " "; token = ""; isquoted = 0; length_s = length(s)
    for (i = 1; i <= length_s; i++) {
        c = substr(s, i, 1)
        if (state == " " || state == "a") {
            if (c == " " || c == "\t" || c == "\r") {
                if (token != "" || isquoted) { word[++n] = token; token = ""; isquoted = 0 }
                state = " "
            } else if (c == "#") {
                break
            } else if (c == "\\") {
                back = "a"; state = "\\"
            } else if (c == squote || c == "\"") {
                state = c; isquoted = 1
            } else {
                token = token c; state = "a"
            }
        } else if (state == "\\") {
            if (back == "\"" && c != "\\" && c != "\"") token = token "\\"
            token = token c; state = back
        } else if (c == state) {
            state = "a"
        } else if (c == "\\" && state == "\"") {
            back = state; state = "\\"
        } else {
            token = token c
        }
    }
    if (state == "\\" && back == "a") { why = "the line ends in a backslash; a kickstart has no continued lines"; return -1 }
    if (state != " " && state != "a") { why = "a quote is not closed"; return -1 }
    if (token != "" || isquoted) word[++n] = token
    return n
}

function known_section(name) {
    return index(sections, " " substr(name, 2) " ") > 0
}

# Inside a section everything belongs to its body, up to %end.
open != "" {
    text = $0
    sub(/^[ \t]+/, "", text)
    if (substr(text, 1, 1) == "%") {
        first = text
        sub(/[ \t\r].*$/, "", first)
        if (first == "%end") { close(body); open = ""; next }
        if (first == "%include" || first == "%ksappend") fail(FNR, "'" first "' is not supported")
        if (known_section(first)) fail(open_line, "section '" open "' does not end with %end")
    }
    print > body
    next
}

{
    n = split_line($0)
    if (n < 0) fail(FNR, why)
    if (n == 0) next
    if (substr(word[1], 1, 1) != "%") { emit("ks_command", FNR, n); next }
    if (word[1] == "%end") fail(FNR, "%end without a section before it")
    if (word[1] == "%include" || word[1] == "%ksappend") fail(FNR, "'" word[1] "' is not supported")
    if (!known_section(word[1])) fail(FNR, "unknown section '" word[1] "'")
    open = word[1]
    open_line = FNR
    body = sprintf("%s/section.%03d", out, ++count)
    printf "" > body
    for (i = n; i >= 2; i--) word[i + 1] = word[i]
    word[1] = substr(open, 2)
    word[2] = body
    emit("ks_section", FNR, n + 1)
}

END {
    if (!failed && open != "") print "ks_fail " open_line " " quoted("section '" open "' does not end with %end")
}
