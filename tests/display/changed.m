% SPDX-License-Identifier: GPL-3.0-or-later
% What remains of the session "night" after trial 5, as display_ptb.m, MonkeyLogic and Ex have it.
addpath('night');
[images, trials] = display_ptb();
f = fopen('night/trials-2.tsv');
t = textscan(f, '%f %f %f %f %s %f %f %s %s', 'HeaderLines', 1, 'Delimiter', '\t');
fclose(f);
assert(isequal([trials.block trials.trial trials.position trials.stim_code], [t{1:4}]));
assert(trials.trial(1) == 6);
codes = unique(trials.stim_code)';
assert(numel(codes) < numel(images));
% Ex makes a condition of each column of what it evaluates.
xml = fileread('night/display_ex.xml');
text = regexp(xml, '<startframe>([^<]*)</startframe>', 'tokens', 'once');
assert(size(str2num(text{1}), 2) > 1 && isequal(eval(text{1}), codes));
% Block is the fourth cell of a condition of MonkeyLogic.
lines = strsplit(strtrim(fileread('night/display_monkeylogic.txt')), "\n");
blocks = cellfun(@(s) str2double(regexp(s, '\t+', 'split'){4}), lines(2:end));
assert(isequal(find(blocks == 1), codes) && all(blocks == 1 | blocks == 2));
printf('%d of %d images remain from trial 6 on, for Psychtoolbox, MonkeyLogic and Ex\n', ...
    numel(codes), numel(images));
