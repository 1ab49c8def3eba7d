"""Random jq programs and values. A program is a tree, so that a failing one can be made smaller."""

import random

# Templates by what they need: `%f` any program, `%p` a path, `%n` a small number, `%s` a text, `%r` a pattern of a regular
# expression, `%v` the name of a variable that is bound where it stands, `%t` a format of times, `%u` a text of a number.
PATHS = [".", ".a", ".b", ".[0]", ".[1]", ".[-1]", ".[]", ".[]?", ".a?", ".[1:]", ".[:2]", ".[-2:1]", "..", ".a.b", ".[\"a\"]",
         "(%p | %p)", "(%p, %p)", "(%p | select(%f))", "first(%p)", "(if %f then %p else %p end)", "(%p // %p)", "getpath([%s])",
         "getpath([%n])", "recurse(.[]?)", "limit(%n; %p)", "(try %p catch empty)", "(%p?)", "empty", "last(%p)", "(%p | .[%n]?)",
         "skip(%n; %p)", "(%f as $x | %p)", "to_entries?", "nth(%n; %p)", "paths", "scalars", "error",
         "(label $l | %p, break $l)"]

TERMS = ["null", "true", "false", "%n", "%s", "[]", "{}", ".", "%p", "%v", "[%f]", "{a: %f}", "{a: %f, b: %f}", "{(%s): %f}",
         "{a}", "{\"a\", b: %n}", "[%f, %f]", "\"x\\(%f)y\"", "@json \"\\(%f)\\(%f)\"", "(%f | %f)", "(%f, %f)", "$__loc__.line",
         "(%f as [$x, {a: $y}] | %f)", "(%f as {a: $x, $b} | %f)", "[%f as [$x] ?// {a: $x} ?// $x | %f]"]

OPERATORS = ["(%f " + o + " %f)" for o in ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "//"]] + [
    "(-%f)", "(%f + %n)", "(%f * %n)", "(%f + %s)", "(%f == %s)"]

CONTROL = ["(if %f then %f else %f end)", "(if %f then %f end)", "(if %f then %f elif %f then %f else %f end)",
           "(try %f catch .)", "(try %f catch %f)", "(%f?)", "(try error(%f) catch .)", "error(%f)", "(reduce %f as $x ([%f]; %f))",
           "(foreach %f as $x ([%f]; %f))", "(foreach %f as $x ([%f]; %f; [$x, .]))", "(label $l | %f | if . == %n then break $l else . end)",
           "(def f: %f; f | f)", "(def f(g): [g, g]; f(%f))", "(def f($x; g): $x, (g | g); f(%f; %f))",
           "(def f: if type == \"array\" and length > 0 then .[1:] | f else . end; f)", "(%f as $x | %f)", "(%f as $x | %f | [$x, .])",
           "(. as [$x, $y] | {$x, $y})", "(def f(x): x | x; f(%f))", "(label $l | foreach %f as $x (0; . + 1; if . > 2 then $x, break $l else $x end))"]

GENERATORS = ["[range(%n)]", "[range(%n; %n)]", "[range(%n; %n; 2)]", "[limit(%n; %f)]", "first(%f)", "[skip(%n; %f)]", "last(%f)",
              "nth(%n; %f)", "isempty(%f)", "any(%f; %f)", "all(%f; %f)", "any", "all", "any(%f)", "all(%f)", "[limit(4; repeat(1, %f))]",
              "[.[]?]", "[recurse(if type == \"number\" and . < 3 then . + 1 else empty end)]", "[recurse]", "[recurse(.[]?; %f)]",
              "[limit(5; while(true; %f))]", "[limit(9; combinations)]", "[limit(9; combinations(2))]", "IN(%f)", "IN(%f; %f)",
              "add(%f)", "[until(true; %f)]", "[splits(%r)]"]

FUNCTIONS = ["length", "utf8bytelength", "not", "keys", "keys_unsorted", "values", "type", "add", "floor", "sqrt", "tostring",
             "tonumber", "tojson", "(tojson | fromjson)", "fromjson", "ascii_downcase", "ascii_upcase", "explode", "implode", "reverse", "sort",
             "unique", "min", "max", "flatten", "to_entries", "from_entries", "arrays", "objects", "iterables", "booleans", "numbers",
             "strings", "nulls", "scalars", "isinfinite", "isnan", "isnormal", "abs", "trim", "ltrim", "rtrim", "transpose",
             "first", "last", "paths", "tostream", "fromstream(tostream)", "env | type", "ceil", "round", "trunc", "fabs", "exp10", "exp2",
             "log2", "log10", "significand", "logb", "gamma", "frexp", "modf", "cbrt", "have_literal_numbers", "getpath([])",
             "@text", "@json", "@csv", "@tsv", "@html", "@uri", "@urid", "@sh", "@base64", "@base64d", "toboolean",
             "gmtime", "todate", "mktime", "fromdate?", "nearbyint", "tojson | length",
             "min_by(.a)", "max_by(%f)", "splits(%r)?", "getpath([\"a\", 0]?)", "error?", "finites", "normals",
             "trunc", "rint", "exp", "log", "sin", "pow(.; 2)?", "atan2(.; 1)?", "ldexp(.; 2)?", "fma(.; 2; 1)?", "infinite", "nan", "(nan < %f)"]

CALLS = ["has(%f)", "in(%f)", "contains(%f)", "inside(%f)", "startswith(%f)", "endswith(%f)", "ltrimstr(%f)", "rtrimstr(%f)",
         "trimstr(%f)", "split(%f)", "split(%r; %g)", "join(%f)", "index(%f)", "rindex(%f)", "indices(%f)", "map(%f)", "map_values(%f)",
         "with_entries(%f)", "select(%f)", "sort_by(%f)", "sort_by(%f; %f)", "group_by(%f)", "unique_by(%f)", "min_by(%f)", "max_by(%f)", "walk(%f)",
         "path(%p)", "[paths(%f)]", "del(%p)", "delpaths([path(%p)])", "to_entries", "setpath([%s]; %f)", "setpath([%n]; %f)",
         "setpath([%f]; %f)", "getpath([%f])", "pick(%p)", "flatten(%n)", "range(%n)", "bsearch(%f)", "test(%r)", "test(%r; %g)",
         "[match(%r; %g)]", "capture(%r)", "[capture(%r; %g)]", "[scan(%r)]", "[scan(%r; %g)]", "sub(%r; %f)", "gsub(%r; %f)",
         "sub(%r; \"<\\(.x)>\"; %g)", "gsub(%r; \"<\\(.x)>\", \"-\")", "splits(%r)", "tojson", "INDEX(%f)", "INDEX(%f; %f)",
         "limit(%n; %f)", "truncate_stream(%n; tostream)?", "[%n as $d | $d | truncate_stream(%f)]?", "getpath([%s, %s])", "nth(%n)",
         "error(%f)", "strftime(%f)", "(todate | fromdate)", "strftime(%t)", "(strftime(%t) | strptime(%t))", "(1425599621 | strftime(%t))", "(gmtime | strftime(%t))", "strptime(%t)?", "(%u | tonumber)", "(%u | fromjson)", ".[%f:%f]", "(%s * %n)", "(%s / %s)", "(%s - %s)", "([%n, %n] | tojson)", "(%s | ltrimstr(%s))", "@text \"\\(%n)\"", "([limit(3; %f, %f)] | add)", "(%f | @json)", "getpath([%n, %s])", "has(%n)", "has(%s)", "(%s | test(%r; %g))", "(%s | [match(%r; \"g\")])", "(%s | [scan(%r)])", "(%s | split(%s))", "(%s | [.[%n:%n], length])", "([%f] | implode)", "([%s, %s] | join(%s))", "([%n, %n, %n] | sort, min, max, unique)", "([%f, %f] | transpose)", "([{key: %f, value: %f}] | from_entries)", "([[%s, %n]] | from_entries)", "(%s | ascii_upcase, explode)", "(%s | @uri, @html, @sh, @base64)", "(%s | @base64d, @urid)", "splits(%s)", "(%f | tostream)", "walk(%p)", "(%s | trim, ltrim, rtrim)", "(%s | indices(%s))", "([%n, %n] | indices(%n))", "([%n, %n, %n] | bsearch(%n))", "error(%s)", "(%n | strftime(%t))", "pick(.a, .b[0]?)", "to_entries[]?", "([%f][%n:] = [%f])", "(try error(%f) catch .)", "limit(%f; %f, %f)", "ltrimstr(%s)", "splits(%r; %g)", "pow(%f; %f)",
         "ldexp(%f; %n)", "drem(%f; %f)", "scalb(%f; %n)", "fmin(%f; %f)", "group_by(%p)",
         "getpath(%f)", "delpaths(%f)", "fromstream(%f)", "@base64 \"\\(%f)\"", "@csv \"\\([%f])\"", "@uri \"\\(%f)\"",
         "@sh \"\\(%f)\"", "@html \"\\(%f)\"", "JOIN(%f; %f)", "env.NOPE", "$ENV.NOPE", "any(.[]?; %f)", "limit(1; .[]?)",
         "combinations(%n)?", "tojson", "trim", "skip(%n; .[]?)", "have_literal_numbers", "error(null)", "significand", "splits(\", *\")"]

ASSIGNMENTS = ["(%p " + o + " %f)" for o in ["=", "|=", "+=", "-=", "*=", "/=", "//=", "%="]] + [
    "(%p |= empty)", "(.[]? += %n)", "(.a = %f)", "(.[%n]? = %f)", "(.[1:3]? = %f)", "(.. |= %f)", "(.[%n:]? |= %f)", "to_entries"]

KINDS = [(TERMS, 5), (PATHS, 5), (OPERATORS, 6), (CONTROL, 4), (GENERATORS, 3), (FUNCTIONS, 4), (CALLS, 7), (ASSIGNMENTS, 3)]
NUMBERS = ["0", "1", "2", "3", "-1", "-2", "1.5", "5", "0.1", "10", "1e3", "null", "20"]
TEXTS = ['""', '"a"', '"b"', '"ab"', '"a,b"', '"é"', '"x y"', '"A1"', '"1"', '"true"', '" a "', '"\\u0000"', '"a\\nb"', '"😀b"', '"YQ=="',
         '"%41"', '"2015-03-05T23:51:47Z"', '"{\\"a\\":1}"', '"[1"', '"nan"', '"g"', '","']
PATTERNS = ['"a"', '"[a-c]+"', '"(?<x>[a-z])(?<y>.)?"', '"^"', '"b|(?<x>é)"', '"(a)(b)?"', '"\\\\d+"', '"."', '"$"', '"(?<x>a)|b"', '"A"',
            '"(?<x>x)?y"', '["a", "g"]', '"(?=b)"']
FLAGS = ['"g"', '"i"', '"gi"', '"x"', '""', "null", '"n"', '"gn"', '"s"', '"l"', '"p"', '"gx"']
TIME_FORMATS = ['"%Y-%m-%dT%H:%M:%SZ"', '"%A %B %d"', '"%a %b %e"', '"%j %U %W %w %u"', '"%Z%z"', '"%s"', '"%k|%l|%I%p"', '"%c"', '"%D %T %R"', '"%G-W%V %g"',
                '"%y %C"', '"%%"', '"%d %b %Y"', '"%H:%M"', '"%n%t"', '"%h"', '"%F"', '"%r"', '"%x %X"', '""', '"a"']
NUMBER_TEXTS = ['"1e3"', '"0x1"', '"+5"', '".5"', '"5."', '"-"', '"--1"', '"1 "', '" 1"', '"nan"', '"infinity"', '"-Infinity"', '"-0"', '"00012"', '"1e5000"', '"1_0"', '""',
                '"1e"', '"-nan"', '"1.5e-3"', '"[nan]"', '"{\\"a\\":.5}"', '"[1,]"', '"{\\"a\\" 1}"', '"tru"', '"\\"\\\\ud83d\\""', '"[1 2]"', '"\\"a"', '"{,}"', '"]"', '"nul"', '"{\\"a\\":1,}"']
LEAVES = {"t": TIME_FORMATS, "u": NUMBER_TEXTS, "n": NUMBERS, "s": TEXTS, "r": PATTERNS, "g": FLAGS, "v": ["$x"]}


class Node:
    """A template and what fills its holes."""

    def __init__(self, kind, template, children):
        self.kind, self.template, self.children = kind, template, children

    def text(self):
        if not self.children:
            return self.template
        pieces = split_template(self.template)
        return "".join(piece if i % 2 == 0 else self.children[i // 2].text() for i, piece in enumerate(pieces))

    def nodes(self):
        yield self
        for child in self.children:
            yield from child.nodes()


def split_template(template):
    """Texts and kinds of holes in turn."""
    pieces, start = [""], 0
    while start < len(template):
        if template[start] == "%" and template[start + 1:start + 2] in set("fpnsrgvtu"):
            pieces += [template[start + 1], ""]
            start += 2
        else:
            pieces[-1] += template[start]
            start += 1
    return pieces


class Programs:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def program(self):
        body = self.node("f", self.random.choice([2, 3, 3, 4]))
        return Node("f", "1 as $x | %f", [body])

    def node(self, kind, depth):
        if kind in LEAVES and not (kind == "n" and depth > 0 and self.random.random() < 0.05):
            return Node(kind, self.random.choice(LEAVES[kind]), [])
        if kind == "p":
            template = self.random.choice(PATHS[:15] if depth <= 0 else PATHS)
        elif depth <= 0:
            template = self.random.choice(TERMS[:10] + FUNCTIONS + PATHS[:8])
        else:
            template = self.random.choice(self.random.choices([k for k, _ in KINDS], [w for _, w in KINDS])[0])
        holes = split_template(template)[1::2]
        return Node(kind, template, [self.node(hole, depth - 1) for hole in holes])

    def value(self, depth=3):
        chance = self.random.random()
        if depth <= 0 or chance < 0.45:
            return self.random.choice([None, True, False, 0, 1, -1, 2, 3.5, -0.25, 20, 1425599507, 0.1, 123456, "", "a", "b", "ab,c", "aé😀b", "abab",
                                       "A b", "12", " x\t", "<&'\">", "2015-03-05T23:51:47Z", "a\u0000b", "[1,2]", "true", "YWJj", "%C3%A9"])
        if chance < 0.72:
            return [self.value(depth - 1) for _ in range(self.random.choice([0, 1, 2, 2, 3, 4]))]
        keys = self.random.sample(["a", "b", "c", "key", "value", "name", "é", "x y", "0"], self.random.choice([0, 1, 2, 2, 3]))
        return {key: self.value(depth - 1) for key in keys}


def smaller(node):
    """Programs with one node replaced by something smaller, the smallest first."""
    for path in sorted(paths(node), key=len):
        part = at(node, path)
        if not part.children and part.text() in (".", "1", '"a"'):
            continue
        simple = {"f": ".", "p": ".", "n": "1", "s": '"a"', "r": '"a"', "g": '""', "t": '"%Y"', "u": '"1"', "v": "$x"}[part.kind]
        if len(part.text()) > len(simple):
            yield replaced(node, path, Node(part.kind, simple, []))
        for inner in part.nodes():
            if inner is not part and inner.kind in (part.kind, "p" if part.kind == "f" else part.kind):
                yield replaced(node, path, inner)


def paths(node, before=()):
    yield before
    for i, child in enumerate(node.children):
        yield from paths(child, before + (i,))


def at(node, path):
    return at(node.children[path[0]], path[1:]) if path else node


def replaced(node, path, by):
    if not path:
        return by
    children = list(node.children)
    children[path[0]] = replaced(children[path[0]], path[1:], by)
    return Node(node.kind, node.template, children)
