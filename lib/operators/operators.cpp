#include "operators/operators.hpp"

namespace flowrun {

void add_operators(Registry& registry) {
  for (const auto& make :
       {map_operator, set_operator, filter_operator, key_operator, time_operator, route_operator, route_all_operator,
        redistribute_operator, inspect_operator, assert_operator, aggregate_operator, stateful_map_operator,
        dedupe_operator, batch_operator, join_operator, top_operator})
    registry.operators.push_back(make());
}

}  // namespace flowrun
