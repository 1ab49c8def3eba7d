#pragma once

#include "component/registry.hpp"

namespace flowrun {

/// Adds the built-in operators, in the order of the guide.
void add_operators(Registry& registry);

// One file each: options, plan, behaviour.
OperatorEntry map_operator();
OperatorEntry set_operator();
OperatorEntry filter_operator();
OperatorEntry key_operator();
OperatorEntry time_operator();
OperatorEntry route_operator();
OperatorEntry route_all_operator();
OperatorEntry redistribute_operator();
OperatorEntry inspect_operator();
OperatorEntry assert_operator();
OperatorEntry aggregate_operator();
OperatorEntry stateful_map_operator();
OperatorEntry dedupe_operator();
OperatorEntry batch_operator();
OperatorEntry join_operator();
OperatorEntry top_operator();

}  // namespace flowrun
