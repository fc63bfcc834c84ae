#!/bin/sh
# Does one node of the demo's plan in the folder in which it is called, knowing no protocol and nothing of Interlock.
# $FILES holds, for each node, the files that are its own.
set -eu
cat > /dev/null

# Called again, it may be because somebody else still holds what this node wants to change.
[ -z "${INTERLOCK_REWORK:-}" ] || sleep 0.3

edit() { # file, what to do with its lines
  sed "$2" "$1" > "$1.new"
  mv "$1.new" "$1"
}

# Makes src/checkout.js of the parts that it has, in the order of the alphabet, whatever a merge has left in it.
checkout_with() {
  parts=$( (echo "$1"; sed -n 's/^import { \([a-z]*\) }.*/\1/p' src/checkout.js) | sort -u)
  {
    echo 'import { goodsPrice } from "./goods.js";'
    for part in $parts; do echo "import { $part } from \"./$part.js\";"; done
    printf '\n/** Each adds its cents to the price of a basket. */\nconst parts = [\n  goodsPrice,\n'
    for part in $parts; do echo "  $part,"; done
    sed -n '/^];/,$p' src/checkout.js
  } > src/checkout.js.new
  mv src/checkout.js.new src/checkout.js
}

[ ! -d "$FILES/$INTERLOCK_NODE" ] || cp -R "$FILES/$INTERLOCK_NODE/." .

case "$INTERLOCK_NODE" in
  discount | shipping)
    checkout_with "$INTERLOCK_NODE"
    ;;
  vat)
    edit src/rates.js 's/vatPercent: 0,/vatPercent: 20,/'
    edit src/labels.js 's/vat: "",/vat: "VAT",/'
    ;;
  weight)
    edit src/rates.js 's/boxGrams: 0,/boxGrams: 150,/'
    edit src/labels.js 's/parcel: "",/parcel: "Parcel",/'
    ;;
  search)
    grep -q "found by name" CHANGELOG.md || edit CHANGELOG.md 's/^- Prices.*/&\
- Goods can be found by name./'
    ;;
  stock)
    grep -q "stock is known" CHANGELOG.md || edit CHANGELOG.md 's/^- Goods have.*/&\
- The stock is known./'
    ;;
esac
echo "did $INTERLOCK_NODE"
