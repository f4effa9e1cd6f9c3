% SPDX-License-Identifier: GPL-3.0-or-later
% The conditions of the session "night", by the rules of MonkeyLogic's conditions files.
lines = strsplit(strtrim(fileread('night/display_monkeylogic.txt')), "\n");
rows = cellfun(@(s) strtrim(regexp(s, '\t+', 'split')), lines, 'UniformOutput', false);
assert(isequal(rows{1}, {'Condition', 'Info', 'Frequency', 'Block', 'Timing File', 'TaskObject#1', 'TaskObject#2'}));
codes = [];
number = '-?\d+(?:\.\d*)?';
for k = 1:numel(rows) - 1
    cells = rows{k + 1};
    assert(numel(cells) == 7 && str2double(cells{1}) == k);
    info = eval(['struct(' cells{2} ')']);
    assert(numel(info) == 1 && ischar(info.stimulus_id) && ischar(info.role) && ischar(info.unit));
    assert(info.stim_code == k && info.event_code > 0 && info.event_code < 2^15);
    codes(end + 1) = info.event_code;
    assert(str2double(cells{3}) == 1 && str2double(cells{4}) == 1);
    assert(~isempty(regexp(cells{6}, ['^fix\(' number ',' number '\)$'])));
    pic = regexp(cells{7}, ['^pic\(([^'',]+),(' number '),(' number '),(\d+),(\d+)\)$'], 'tokens', 'once');
    im = imread(fullfile('night', pic{1}));
    assert(size(im, 2) == str2double(pic{4}) && size(im, 1) == str2double(pic{5}));
end
assert(numel(unique(codes)) == numel(codes));
printf('display_monkeylogic.txt: %d conditions, each Info is a struct\n', numel(codes));
