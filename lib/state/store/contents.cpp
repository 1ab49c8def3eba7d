#include "state/store/contents.hpp"

#include <fmt/format.h>

#include "base/failure.hpp"
#include "os/file.hpp"
#include "state/store/sealed.hpp"

namespace flowrun::state {
namespace {

std::string in_epoch(std::uint64_t epoch) { return " of epoch " + std::to_string(epoch); }

template <class T>
T require(std::optional<T> row, const Transaction& transaction, const std::string& what) {
  if (!row) fail_damaged(transaction.folder(), what + " cannot be read");
  return std::move(*row);
}

void check_format(const Transaction& transaction) {
  const auto found = transaction.find(Table::meta, format_key);
  if (!found) fail_damaged(transaction.folder(), "it does not say its format");
  if (*found != format)
    throw Failure(ExitCode::recovery_unusable,
                  fmt::format("the recovery directory '{}' has the format `{}`; this flowrun "
                              "reads `{}`",
                              transaction.folder(), *found, format));
}

Head read_head(const Transaction& transaction) {
  const std::string what = "its head";
  Head head = require(decode_head(read_row(transaction, Table::meta, head_key, what)), transaction, what);
  const bool holds_together = head.swept <= head.folded && head.folded <= head.folding && head.folding <= head.epochs;
  if (!holds_together) fail_damaged(transaction.folder(), "its head contradicts itself");
  return head;
}

EpochNotes read_notes(const Transaction& transaction, std::uint64_t epoch) {
  const std::string what = "the notes" + in_epoch(epoch);
  return require(decode_notes(read_row(transaction, Table::notes, epoch_key(epoch).bytes(), what)), transaction, what);
}

Manifest read_manifest(const Transaction& transaction, std::uint64_t epoch) {
  const std::string what = "the manifest" + in_epoch(epoch);
  return require(decode_manifest(read_row(transaction, Table::manifests, epoch_key(epoch).bytes(), what)), transaction,
                 what);
}

}  // namespace

void require_whole_file(const Environment& environment) {
  const auto status = status_of(environment.folder() + "/data.mdb");
  if (!status) throw Failure(ExitCode::recovery_unusable, status.error().message);
  const auto bytes = static_cast<std::uint64_t>(status->st_size);
  if (bytes < environment.used_bytes())
    fail_damaged(environment.folder(), "its file data.mdb has " + std::to_string(bytes) + " bytes instead of " +
                                           std::to_string(environment.used_bytes()) + " at least");
}

void require_last_transaction(const Environment& environment, const std::optional<LastTransaction>& noted) {
  if (!noted) return;
  const std::uint64_t last = environment.last_transaction();
  if (last < noted->number)
    fail_damaged(
        environment.folder(),
        fmt::format("the last transaction in data.mdb is {}, but {} has been stored\nhint: where data.mdb was put "
                    "back from a copy on purpose, remove job.lock",
                    last, noted->number));
  // A job that goes on meanwhile writes that page anew.
  const bool differs = last == noted->number && environment.first_page(last) != noted->first_page;
  if (differs && environment.last_transaction() == last)
    fail_damaged(environment.folder(), "the first page of LMDB in data.mdb does not match its checksum");
}

Key epoch_key(std::uint64_t epoch) { return Key().add(epoch); }

Key change_key(std::uint64_t epoch, std::uint32_t state, std::uint32_t chunk) {
  return Key().add(epoch).add(state).add(chunk);
}

Key snapshot_key(std::uint32_t state, std::uint64_t first_hash, std::uint32_t sequence) {
  return Key().add(state).add(first_hash).add(sequence);
}

std::string_view read_row(const Transaction& transaction, Table table, std::string_view key, const std::string& what) {
  const auto value = transaction.find(table, key);
  if (!value) fail_damaged(transaction.folder(), what + " is missing");
  const auto content = unseal(table, key, *value);
  if (!content) fail_damaged(transaction.folder(), what + " does not match its checksum");
  return *content;
}

Contents read_contents(const Transaction& transaction) {
  check_format(transaction);
  Contents contents;
  contents.head = read_head(transaction);
  const Head& head = contents.head;
  if (head.epochs > 0) contents.latest = read_notes(transaction, head.epochs - 1);
  for (std::uint64_t epoch = head.folded; epoch < head.epochs; ++epoch)
    contents.manifests.push_back(read_manifest(transaction, epoch));
  if (head.has_prepared) {
    contents.prepared = read_notes(transaction, head.epochs);
    contents.prepared_manifest = read_manifest(transaction, head.epochs);
  }
  return contents;
}

std::string_view read_chunk(const Transaction& transaction, const Head& head, const Manifest& manifest,
                            const StoredChanges& changes, std::size_t chunk) {
  const StoredState* const state = find_state(head, changes.state);
  const auto what = [&] {
    return fmt::format("chunk {} of {}{}", chunk, state == nullptr ? "a discarded state" : name_of(*state),
                       in_epoch(manifest.epoch));
  };
  const Key key = change_key(manifest.epoch, changes.state, static_cast<std::uint32_t>(chunk));
  const auto value = transaction.find(Table::changes, key.bytes());
  if (!value) fail_damaged(transaction.folder(), what() + " is missing");
  if (const std::uint64_t seal = seal_of(*value); seal != changes.chunks[chunk].seal)
    fail_damaged(transaction.folder(), fmt::format("{} has the checksum {:016x} instead of {:016x}", what(), seal,
                                                   changes.chunks[chunk].seal));
  const auto content = unseal(Table::changes, key.bytes(), *value);
  if (!content) fail_damaged(transaction.folder(), what() + " does not match its checksum");
  return *content;
}

const StoredState* find_state(const Head& head, std::uint32_t number) {
  for (const StoredState& state : head.states)
    if (state.number == number) return &state;
  return nullptr;
}

std::string name_of(const StoredState& state) { return "state `" + state.state + "` of `" + state.node + "`"; }

}  // namespace flowrun::state
