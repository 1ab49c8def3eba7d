#include <cstdio>

#include "command.hpp"

namespace flowrun {
namespace {

constexpr const char* starter =
    R"yaml(# A flow to start from. `flowrun check FILE` shows every fault of it, `flowrun test FILE` runs its tests,
# `flowrun FILE` runs it.
flow: my-flow                    # names the job: a-z, 0-9, _ and -
doc: Orders above a least amount, counted by product

params:                          # given with -p NAME=VALUE, or FLOWRUN_PARAM_NAME in the environment
  input: { default: orders.jsonl, doc: file of JSON lines }
  least: { type: number, default: 0, doc: orders below this amount are left out }

stream:
  - id: orders
    source:
      file: { path: '${{ $params.input }}' }
      decode: json               # one value a line; also lines, csv, raw

  - filter: .amount >= $params.least

  - set:                         # adds or replaces fields; map: would build a new record
      product: .product | ascii_downcase

  - id: by_product
    aggregate:
      by: { product: .product }
      values:
        orders: count
        total: sum(.amount)

  - sink: stdout                 # JSON lines

  - from: errors                 # every record that a step rejected, as data
    sink: stderr

tests:                           # `flowrun test FILE` runs them: sources are replaced, nothing is read or written
  - name: orders are counted by product, whatever its case
    given:
      orders:
        - { product: Tea, amount: 3 }
        - { product: tea, amount: 4 }
    expect:
      by_product:
        - { product: tea, orders: 2, total: 7 }
)yaml";

}  // namespace

Command new_command() {
  Command made;
  made.name = "new";
  made.summary = "a commented flow to start from";
  made.examples = {{"flowrun new > my-flow.yaml", "writes it to a file"}};
  made.run = [](const Invocation&) {
    std::fputs(starter, stdout);
    return 0;
  };
  return made;
}

}  // namespace flowrun
