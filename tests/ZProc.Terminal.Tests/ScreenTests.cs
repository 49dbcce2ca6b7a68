namespace ZProc.Terminal.Tests;

public sealed class ScreenTests
{
    private readonly List<ViewRequest> _requests = [];
    private readonly Screen _screen;

    public ScreenTests() => _screen = new Screen(canControl: true, _requests.Add);

    public static TheoryData<int, int> Sizes => new() { { 80, 24 }, { 120, 40 }, { 200, 60 }, { 40, 10 }, { 30, 6 }, { 29, 5 }, { 5, 1 } };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Every_pane_fills_the_terminal_exactly(int width, int height)
    {
        Fill();
        foreach (var key in "12345?")
        {
            Press(key);
            Fits(width, height);
            Press(ConsoleKey.Enter);
            Fits(width, height);
            Press(ConsoleKey.Escape);
        }

        Press('/');
        Press('z');
        Fits(width, height);
    }

    [Fact]
    public void Eighty_columns_show_a_process_with_all_that_is_asked_of_it()
    {
        Fill();
        var lines = Text(80, 24);
        Assert.StartsWith("zproc-test", lines[0], StringComparison.Ordinal);
        Assert.Contains("1 Processes 30", lines[1], StringComparison.Ordinal);
        Assert.Matches("ID +NAME +KIND +STATE +TRY +CPU% +MEMORY +LAST OUTPUT", lines[2]);
        Assert.Matches(@"1 +process001 +Process +Running +1 +0\.5 +12\.0 M +line of 1", lines[3]);
        Assert.Contains("s stop  r restart", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_cannot_command_the_terminal_or_the_markup()
    {
        _screen.Set(Pane.State, [Make("[bold]key\u001b[2J", "\u001b]0;x\u0007[/][link]")], []);
        Press('2');
        var text = string.Join('\n', Text(80, 24));
        Assert.DoesNotContain('\u001b', text);
        Assert.Contains(@"[bold]key\e[2J", text, StringComparison.Ordinal);
        Assert.Contains(@"\e]0;x\u{7}[/][link]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_selection_follows_its_row_and_the_list_scrolls_to_it()
    {
        Fill();
        for (var count = 0; count < 25; count++)
        {
            Press(ConsoleKey.DownArrow);
        }

        Assert.Contains(Text(80, 24), line => line.Contains("process026", StringComparison.Ordinal));
        Assert.DoesNotContain(Text(80, 24), line => line.Contains("process001", StringComparison.Ordinal));
        _screen.Set(Pane.Processes, [Process(0)], ["1", "2"]);
        Press(ConsoleKey.Enter);
        Assert.Equal(new ViewRequest(ViewRequestKind.Open, Pane.Processes, "26"), _requests[^1]);
    }

    [Fact]
    public void Processes_that_start_stay_in_sight_until_the_user_selects_a_row()
    {
        Fill();
        _screen.Set(Pane.Processes, [Process(0)], []);
        Assert.Contains("process000", Text(80, 24)[3], StringComparison.Ordinal);
    }

    [Fact]
    public void The_selection_goes_to_the_next_row_when_its_row_is_gone()
    {
        Fill();
        Press(ConsoleKey.End);
        _screen.Set(Pane.Processes, [], ["30"]);
        Press(ConsoleKey.Enter);
        Assert.Equal("29", _requests[^1].Key);
    }

    [Fact]
    public void New_updates_come_to_the_top_and_a_selected_one_stays_selected()
    {
        Press('4');
        _screen.Set(Pane.Updates, [Update(1), Update(2)], []);
        Press(ConsoleKey.DownArrow);
        _screen.Set(Pane.Updates, [Update(3)], []);
        Press(ConsoleKey.Enter);
        Assert.Equal("1", _requests[^1].Key);
        Press(ConsoleKey.Escape);
        Press(ConsoleKey.Home);
        _screen.Set(Pane.Updates, [Update(4)], []);
        Press(ConsoleKey.Enter);
        Assert.Equal("4", _requests[^1].Key);
    }

    [Fact]
    public void A_search_filters_while_it_is_typed_and_Esc_shows_all_again()
    {
        Fill();
        Press('/');
        foreach (var character in "SS007")
        {
            Press(character);
        }

        Assert.Contains("process007", Text(80, 24)[3], StringComparison.Ordinal);
        Assert.Contains("/SS007", Text(80, 24)[^1], StringComparison.Ordinal);
        Press(ConsoleKey.Backspace);
        Press(ConsoleKey.Enter);
        Assert.Contains("process001", Text(80, 24)[3], StringComparison.Ordinal);
        Assert.True(Press('1'));
        Press(ConsoleKey.Escape);
        Assert.Contains("30", Text(80, 24)[1], StringComparison.Ordinal);
        Assert.Equal(ViewRequestKind.Search, _requests[^1].Kind);
        Assert.Equal("", _requests[^1].Key);
    }

    [Theory]
    [InlineData('s', ViewRequestKind.Stop)]
    [InlineData('r', ViewRequestKind.Restart)]
    public void A_process_is_controlled_after_a_yes_only(char key, ViewRequestKind kind)
    {
        Fill();
        Press(key);
        Assert.Contains("'process001'? y/n", Text(80, 24)[^1], StringComparison.Ordinal);
        Press('n');
        Press(key);
        Press(ConsoleKey.Enter);
        Assert.Empty(_requests);
        Press(key);
        Press('y');
        Assert.Equal([new ViewRequest(kind, Pane.Processes, "1")], _requests);
    }

    [Fact]
    public void A_view_that_only_shows_says_so_and_asks_for_nothing()
    {
        var requests = new List<ViewRequest>();
        var screen = new Screen(canControl: false, requests.Add);
        screen.Set(Pane.Processes, [Process(1)], []);
        Assert.Contains("read-only", screen.Draw(80, 24, 0)[^1].ToString(), StringComparison.Ordinal);
        screen.Handle(new ConsoleKeyInfo('s', ConsoleKey.S, false, false, false));
        Assert.Contains("-AllowControl", screen.Draw(80, 24, 0)[^1].ToString(), StringComparison.Ordinal);
        screen.Handle(new ConsoleKeyInfo('y', ConsoleKey.Y, false, false, false));
        Assert.Empty(requests);
    }

    [Fact]
    public void Output_is_followed_until_the_user_scrolls_and_again_with_f()
    {
        Fill();
        Press('f');
        var open = _requests[^1];
        Show(100);
        Assert.Contains("line 100", Text(80, 24)[^2], StringComparison.Ordinal);
        Press(ConsoleKey.UpArrow);
        Show(101);
        Assert.Contains("line 99", Text(80, 24)[^2], StringComparison.Ordinal);
        Press('f');
        Assert.Contains("line 101", Text(80, 24)[^2], StringComparison.Ordinal);

        void Show(int count) => _screen.SetDetails(open, ["head"], [.. Enumerable.Range(1, count).Select(number => (Cell)$"line {number}")]);
    }

    [Fact]
    public void Details_that_come_late_are_not_shown_for_another_row()
    {
        Fill();
        Press(ConsoleKey.Enter);
        var late = _requests[^1];
        Press(ConsoleKey.Escape);
        Press(ConsoleKey.DownArrow);
        Press(ConsoleKey.Enter);
        _screen.SetDetails(late, ["late"], []);
        Assert.DoesNotContain(Text(80, 24), line => line.Contains("late", StringComparison.Ordinal));
    }

    [Fact]
    public void The_namespaces_are_gone_through_in_both_directions()
    {
        _screen.SetNamespaces(["a", "b", "c"], "a");
        Press('2');
        Press(ConsoleKey.RightArrow);
        Press(ConsoleKey.LeftArrow);
        Press(ConsoleKey.LeftArrow);
        Assert.Equal(["b", "a", "c"], _requests.Select(request => request.Key));
    }

    [Fact]
    public void Only_q_ends_the_view()
    {
        Fill();
        Press('/');
        Assert.True(Press('q'));
        Press(ConsoleKey.Escape);
        Press('s');
        Assert.True(Press('q'));
        Assert.False(Press('q'));
    }

    [Fact]
    public void A_changed_row_is_marked_and_the_mark_ends()
    {
        _screen.Set(Pane.State, [Make("key", "value", changed: 10_000)], []);
        Press('2');
        Assert.True(_screen.TakeChanged(10_000));
        Assert.False(_screen.TakeChanged(10_100));
        Assert.True(_screen.TakeChanged(12_000));
        Assert.False(_screen.TakeChanged(12_100));
    }

    [Fact]
    public void Rows_out_of_sight_cost_no_texts()
    {
        var made = 0;
        _screen.Set(Pane.State, [.. Enumerable.Range(0, 10_000).Select(number => new Row($"{number:00000}", 0, $"{number:00000}", "", () =>
        {
            made++;
            return ["key"];
        }))], []);
        Press('2');
        Text(80, 24);
        Assert.InRange(made, 1, 24);
    }

    private void Fits(int width, int height)
    {
        var lines = _screen.Draw(width, height, 0);
        Assert.Equal(height, lines.Count);
        Assert.All(lines, line => Assert.Equal(width, PlainText.WidthOf(line.ToString())));
    }

    private void Fill()
    {
        _screen.SetHeader([new Cell("zproc-test", Tone.Title), "seq 12"]);
        _screen.SetNamespaces(["default"], "default");
        _screen.Set(Pane.Processes, [.. Enumerable.Range(1, 30).Select(Process)], []);
        _screen.Set(Pane.State, [Make("clé 中文", "wide 中文字符很长很长很长很长很长很长很长很长很长很长很长很长 😀")], []);
        _screen.Set(Pane.Updates, [Update(1)], []);
    }

    private static Row Process(int number) => new($"{number}", number, "", $"process{number:000}", () =>
        [$"{number}", $"process{number:000}", "Process", new Cell("Running", Tone.Good), "1", "0.5", "12.0 M", $"line of {number}"]);

    private static Row Make(string key, string value, long changed = 0) => new(key, 0, key, key, () => [key, value, "1", "12:00:00"]) { Changed = changed };

    private static Row Update(int revision) => new($"{revision}", -revision, "", "", () => ["12:00:00", $"{revision}", "me (1)", "a = 1"]);

    private IReadOnlyList<string> Text(int width, int height) => [.. _screen.Draw(width, height, 0).Select(line => line.ToString())];

    private bool Press(char character) => _screen.Handle(new ConsoleKeyInfo(character, char.IsAsciiLetter(character) ? Enum.Parse<ConsoleKey>(char.ToUpperInvariant(character).ToString()) : ConsoleKey.None, false, false, false));

    private bool Press(ConsoleKey key) => _screen.Handle(new ConsoleKeyInfo(key switch { ConsoleKey.Enter => '\r', ConsoleKey.Escape => '\u001b', ConsoleKey.Backspace => '\b', _ => '\0' }, key, false, false, false));
}
