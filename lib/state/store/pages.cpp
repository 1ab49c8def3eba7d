#include "state/store/pages.hpp"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <vector>

#include "os/file.hpp"

namespace flowrun::state {
namespace {

// LMDB's format, in the words of its mdb.c.
constexpr std::size_t page_head = 16, node_head = 8, meta_in_page = 16, dbs_in_meta = 24;
constexpr std::uint16_t branch = 1, leaf = 2, overflow = 4;
constexpr std::uint16_t big_data = 1, sub_tree = 2;
constexpr std::uint64_t no_page = ~std::uint64_t{0};
constexpr unsigned most_depth = 32;

struct PageHead {
  std::uint64_t number;
  std::uint16_t pad, flags, lower, upper;

  std::uint32_t overflow_pages() const { return lower | static_cast<std::uint32_t>(upper) << 16; }
};
struct NodeHead {
  std::uint16_t low, high, flags, key_bytes;

  std::uint64_t child() const { return low | std::uint64_t{high} << 16 | std::uint64_t{flags} << 32; }
  std::uint32_t data_bytes() const { return low | static_cast<std::uint32_t>(high) << 16; }
};
struct Tree {
  std::uint32_t pad;
  std::uint16_t flags, depth;
  std::uint64_t branch_pages, leaf_pages, overflow_pages, entries, root;
};
static_assert(sizeof(PageHead) == page_head && sizeof(NodeHead) == node_head && sizeof(Tree) == 48);

template <class T>
T taken(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

class PageCheck {
 public:
  PageCheck(const Environment& environment, std::uint64_t transaction)
      : folder_(environment.folder()), page_bytes_(environment.page_bytes()), transaction_(transaction) {
    auto file = open_file(folder_ + "/data.mdb", O_RDONLY);
    if (!file) fail(file.error().message);
    file_ = std::move(*file);
  }

  void run() {
    const std::string page = read(transaction_ & 1, page_bytes_);
    const std::string_view meta = std::string_view(page).substr(meta_in_page);
    const std::string_view after_trees = meta.substr(dbs_in_meta + 2 * sizeof(Tree));
    if (taken<std::uint64_t>(after_trees.substr(8)) != transaction_) return;
    const auto last_page = taken<std::uint64_t>(after_trees);
    is_known_.resize(last_page + 1);
    for (const std::uint64_t first : {0, 1}) know(first);
    const Tree free = taken<Tree>(meta.substr(dbs_in_meta)),
               main = taken<Tree>(meta.substr(dbs_in_meta + sizeof(Tree)));
    walk(free, [this](std::string_view, std::string_view data, std::uint16_t) { know_free(data); });
    walk(main, [this](std::string_view, std::string_view data, std::uint16_t flags) {
      if (flags != sub_tree || data.size() != sizeof(Tree)) fail("its tree of tables holds what is no table");
      walk(taken<Tree>(data), [](std::string_view, std::string_view, std::uint16_t) {});
    });
    for (std::uint64_t number = 0; number <= last_page; ++number)
      if (!is_known_[number]) fail(fmt::format("page {} is neither in use nor free", number));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { fail_damaged(folder_, "data.mdb: " + what); }

  std::string read(std::uint64_t number, std::size_t bytes) const {
    std::string content(bytes, '\0');
    const auto size = read_some_at(file_.number(), number * page_bytes_, content, "data.mdb");
    if (!size || *size != bytes) fail(fmt::format("page {} cannot be read", number));
    return content;
  }

  void know(std::uint64_t number) {
    if (number >= is_known_.size()) fail(fmt::format("there is no page {}", number));
    if (is_known_[number]) fail(fmt::format("page {} is used twice", number));
    is_known_[number] = true;
  }

  // A list of page numbers behind their count, from the highest to the lowest.
  void know_free(std::string_view list) {
    const auto count = taken<std::uint64_t>(list);
    if (list.size() < 8 || list.size() / 8 - 1 < count) fail("a list of free pages is too short");
    for (std::uint64_t index = 1; index <= count; ++index) know(taken<std::uint64_t>(list.substr(index * 8)));
  }

  // How much of a tree has been met.
  struct Met {
    std::uint64_t branch_pages = 0, leaf_pages = 0, overflow_pages = 0, entries = 0;
  };

  template <class Visit>
  void walk(const Tree& tree, Visit&& visit) {
    Met met;
    if (tree.root != no_page) walk_page(tree, tree.root, 1, met, visit);
    if (met.branch_pages != tree.branch_pages || met.leaf_pages != tree.leaf_pages ||
        met.overflow_pages != tree.overflow_pages || met.entries != tree.entries)
      fail("a table has not as many pages and rows as it should have");
  }

  template <class Visit>
  void walk_page(const Tree& tree, std::uint64_t number, unsigned depth, Met& met, Visit& visit) {
    know(number);
    const std::string page = read(number, page_bytes_);
    const auto head = taken<PageHead>(page);
    const std::uint16_t expected = depth == tree.depth ? leaf : branch;
    if (head.number != number || head.flags != expected || depth > most_depth || head.lower < page_head ||
        head.lower % 2 != 0 || head.lower > head.upper || head.upper > page_bytes_)
      fail(fmt::format("the head of page {} is not as it should be", number));
    ++(expected == leaf ? met.leaf_pages : met.branch_pages);
    for (std::size_t at = page_head; at < head.lower; at += sizeof(std::uint16_t)) {
      const auto offset = taken<std::uint16_t>(std::string_view(page).substr(at));
      if (offset < head.upper || offset + node_head > page_bytes_)
        fail(fmt::format("page {} has a row outside", number));
      const std::string_view node = std::string_view(page).substr(offset);
      if (expected == branch)
        walk_page(tree, taken<NodeHead>(node).child(), depth + 1, met, visit);
      else
        walk_row(number, node, met, visit);
    }
  }

  template <class Visit>
  void walk_row(std::uint64_t number, std::string_view node, Met& met, Visit& visit) {
    const auto head = taken<NodeHead>(node);
    const bool is_big = (head.flags & big_data) != 0;
    const std::size_t in_page = is_big ? sizeof(std::uint64_t) : head.data_bytes();
    if (node.size() < node_head + head.key_bytes + in_page) fail(fmt::format("page {} has a row outside", number));
    ++met.entries;
    const std::string_view key = node.substr(node_head, head.key_bytes);
    const std::string_view data = node.substr(node_head + head.key_bytes, in_page);
    if (is_big)
      walk_overflow(taken<std::uint64_t>(data), key, head, met, visit);
    else
      visit(key, data, head.flags);
  }

  template <class Visit>
  void walk_overflow(std::uint64_t first, std::string_view key, const NodeHead& node, Met& met, Visit& visit) {
    const std::uint64_t pages = (page_head - 1 + node.data_bytes()) / page_bytes_ + 1;
    for (std::uint64_t page = 0; page < pages; ++page) know(first + page);
    met.overflow_pages += pages;
    const auto head = taken<PageHead>(read(first, page_head));
    if (head.number != first || head.flags != overflow || head.overflow_pages() != pages)
      fail(fmt::format("the head of page {} is not as it should be", first));
    // Only lists of free pages are looked at; the rows of tables have checksums of their own.
    if (key.size() == sizeof(std::uint64_t)) {
      const std::string content = read(first, page_head + node.data_bytes());
      visit(key, std::string_view(content).substr(page_head), node.flags);
    }
  }

  std::string folder_;
  std::size_t page_bytes_;
  std::uint64_t transaction_;
  FileDescriptor file_;
  std::vector<bool> is_known_;
};

}  // namespace

void check_pages(const Environment& environment, const Transaction& transaction) {
  PageCheck(environment, transaction.number()).run();
}

}  // namespace flowrun::state
