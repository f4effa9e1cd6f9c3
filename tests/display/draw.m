% SPDX-License-Identifier: GPL-3.0-or-later
% Each image of the session $SESSION is drawn in a window, and the window is read back.
addpath(getenv('SESSION'));
try
    Screen('Preference', 'SkipSyncTests', 2);
    Screen('Preference', 'Verbosity', 1);
    Screen('Preference', 'VisualDebugLevel', 0);
    [window, whole] = Screen('OpenWindow', 0, [128 128 128]);
catch e
    printf('no window: %s\n', e.message);
    exit(1);
end
[textures, ~, rects, background] = display_ptb(window);
images = display_ptb();
for code = 1:numel(textures)
    r = rects(code, :);
    wanted = repmat(reshape(uint8(background), 1, 1, 3), whole(4), whole(3));
    wanted(r(2) + 1:r(4), r(1) + 1:r(3), :) = images{code};
    Screen('FillRect', window, background);
    Screen('DrawTexture', window, textures(code), [], r, 0, 0);
    Screen('DrawingFinished', window);
    assert(isequal(Screen('GetImage', window, [], 'backBuffer'), wanted));
    Screen('Flip', window);
end
Screen('CloseAll');
printf('Psychtoolbox %s: %d textures of %s drawn in a window, every pixel as it should be\n', ...
    regexprep(PsychtoolboxVersion(), '\s.*', ''), numel(textures), getenv('SESSION'));
