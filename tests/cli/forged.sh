# Sets that were forged with all their hashes made right: verify says what is odd. Unforged, they pass.
cp "$EVOKE_TOP/tests/data/tiny.keras" .
"$EVOKE" maximize --mean 110 --steps 4 --starts 2 --neurons 0-1 --trace --controls scrambled,blank \
    -o ascents tiny.keras > /dev/null 2>&1
"$EVOKE" leaves --count 3 --size 8 -o leaves > /dev/null 2>&1
"$EVOKE" gaudy --images leaves/stimuli --jpeg --with-originals -o photos > /dev/null 2>&1
"$EVOKE" match --images leaves/stimuli -o alike > /dev/null 2>&1
"$EVOKE" naturals --mean 110 --keep 1 --neurons 0 --images leaves/stimuli -o best tiny.keras > /dev/null 2>&1

. "$EVOKE_TOP/tests/cli/forging"
unforged ascents leaves photos alike best

echo '---- tables'
# with_columns PROGRAM: the fields of every line of the table, as the program of awk leaves them.
with_columns() {
    awk -F '\t' -v OFS='\t' "$1" copy/stimuli/stimuli.tsv > new
    mv new copy/stimuli/stimuli.tsv
}
forged ascents 'a column twice' with_columns '{$NF = (NR == 1 ? "response_pred" : "42") OFS $NF} {print}'
forged ascents 'a column of one'"'"'s own' with_columns '{$NF = (NR == 1 ? "mine" : "42") OFS $NF} {print}'
forged ascents 'a column less' with_columns '{sub(/\tcopyright/, ""); if (NR > 1) sub(/\tn\/a/, "")} {print}'
forged ascents 'columns in another order' with_columns '{x = $5; $5 = $6; $6 = x} {print}'
forged ascents 'a licence' edit 1 license CC0
forged ascents 'a budget' edit 2 budget 3
forged ascents 'other words' edit 3 description 'what a fine image'
forged ascents 'a terminal'"'"'s control' edit 1 description "$(printf 'maximizes \302\233\063\061m')"
forged ascents 'another start' edit 2 start 7
swap_rows() { awk 'NR == 2 {held = $0; next} {print} NR == 3 {print held}' "copy/$1" > new && mv new "copy/$1"; }
rows_apart() { swap_rows stimuli/stimuli.tsv && swap_rows traces.tsv; }
forged ascents 'rows in another order' rows_apart

echo '---- what is missing'
# lose N: the last rows, their files and their traces.
lose() {
    for id in $(tail -n "$1" copy/stimuli/stimuli.tsv | cut -f 1); do
        rm -f "copy/stimuli/$id"_image.* "copy/traces/$id.tsv"
    done
    for table in stimuli/stimuli.tsv traces.tsv; do
        head -n "-$1" copy/$table > new && mv new copy/$table
    done
}
forged ascents 'the last control' lose 1
forged ascents 'all controls and the last image' lose 7
forged leaves 'the last leaves' lose 1
forged photos 'the last pair' lose 2
forged alike 'the last matched image' lose 1
forged best 'the worst image' lose 1
forged ascents 'no README, and no word of it' rm copy/README

echo '---- what is there too'
put() { mkdir -p "$(dirname "copy/$1")" && echo mine > "copy/$1"; }
forged ascents 'a note in stimuli' put stimuli/notes.txt
forged ascents 'a trace of no row' put traces/stim-max000099.tsv
forged ascents 'a file in the root' put LICENSE
forged ascents 'an image of no row' cp copy/stimuli/stim-max000001_image.png copy/stimuli/stim-max000099_image.png
forged ascents 'a folder' mkdir copy/mine

echo '---- texts'
forged ascents 'another README' lines 's/stimul/Stimul/' README
forged ascents 'another .bidsignore' lines '1d' .bidsignore
forged ascents 'another unit' lines 's/model output units/spikes/' stimuli/stimuli.json
forged ascents 'a column that is none' lines '1s/.*/{ "mine": {}, "yours": {},/' stimuli/stimuli.json
forged ascents 'another name' lines 's/Maximizing stimuli/Stimuli/' dataset_description.json
forged ascents 'a member more' lines 's/"BIDSVersion"/"Authors": "me", "BIDSVersion"/' dataset_description.json
forged ascents 'another encoding' lines 's/no colour profile/sRGB/' dataset_description.json
forged ascents 'an option more' lines 's/"steps": 4,/"steps": 4, "quality": 9,/' dataset_description.json
forged ascents 'another spelling' lines 's/^  *//' dataset_description.json
forged ascents 'more starts' lines 's/"starts": 2,/"starts": 3,/' dataset_description.json

echo '---- traces'
trace_cell() { # LINE COLUMN VALUE
    awk -F '\t' -v OFS='\t' -v line="$1" -v column="$2" -v value="$3" 'NR == line {$column = value} {print}' \
        "copy/$4" > new && mv new "copy/$4"
}
one=traces/stim-max000001.tsv
forged ascents 'another last response' trace_cell 2 6 7.5 traces.tsv
forged ascents 'another step' trace_cell 1 4 9 traces.tsv
forged ascents 'a response of a control' trace_cell 6 3 7.5 traces.tsv
forged ascents 'another response on the way' trace_cell 2 4 7.5 traces.tsv
forged ascents 'another course' trace_cell 3 2 7.5 $one
forged ascents 'a step less' lines 4d $one
forged ascents 'another penalty' lines '1s/tv/mine/' $one
forged ascents 'a step after the last' trace_cell 6 5 1 $one

echo '---- images'
# Bytes of a number, high ones first.
number() { printf "\\$(printf %o $(($1 >> 24 & 255)))\\$(printf %o $(($1 >> 16 & 255)))\\$(printf %o $(($1 >> 8 & 255)))\\$(printf %o $(($1 & 255)))"; }
# chunk TYPE: of PNG, with the data of standard input; gzip knows the checksum, low byte first.
chunk() {
    { printf %s "$1" && cat; } > data
    number $(($(wc -c < data) - 4))
    cat data
    for i in 5 6 7 8; do gzip -c data | tail -c $i | head -c 1; done
}
image=copy/stimuli/stim-max000001_image.png
# insert FILE AT FILE2: the second one within the first.
insert() { { head -c "$2" "$1" && cat "$3" && tail -c "+$(($2 + 1))" "$1"; } > new && mv new "$1"; }
png_chunk() { # TYPE DATA, after IHDR or before IEND
    # shellcheck disable=SC2059 # escapes
    printf "$2" | chunk "$1" > piece
    insert $image "${3:-33}" piece
}
end() { echo $(($(wc -c < $image) - 12)); }
forged ascents 'a gamma' png_chunk gAMA '\0\0\261\217'
forged ascents 'a profile' png_chunk iCCP 'mine\0\0mine'
forged ascents 'a colour space' png_chunk sRGB '\0'
forged ascents 'chromaticities' png_chunk cHRM '\0\0z\045\0\0\200\204\0\0\372\0\0\0\200\350\0\0u0\0\0\352`\0\0:\230\0\0\027p'
forged ascents 'an orientation' png_chunk eXIf 'II*\0\010\0\0\0\0\0\0\0'
forged ascents 'another text' png_chunk tEXt 'Comment\0mine'
forged ascents 'a text at the end' png_chunk tEXt 'Comment\0mine' "$(fresh ascents && end)"
forged ascents 'pixels after the last' png_chunk IDAT 'mine' "$(fresh ascents && end)"
after() { printf mine >> "$1"; }
forged ascents 'bytes after the end' after $image
forged ascents 'bytes after the sheet' after copy/sheet.png
photo=copy/stimuli/stim-natural000001_image.jpg
segment() { # MARKER DATA, after the header of JFIF or at the beginning
    # shellcheck disable=SC2059 # escapes
    printf "\\377$1\\0\\006$2" > piece
    insert $photo "${3:-20}" piece
}
forged photos 'bytes after the end' after $photo
forged photos 'a comment' segment '\376' mine
forged photos 'an orientation' segment '\341' Exif
forged photos 'a header of another kind' segment '\356' Adob 2
rm -rf copy
cp -r ascents copy
mv copy/manifest-sha256.txt copy/README .
{ grep -v README manifest-sha256.txt; } > copy/manifest-sha256.txt
seen 'a README less, and the manifest does not list it'
