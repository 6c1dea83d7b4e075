"""What the mock server's roles say: phrases that a dialogue can open, go on and be answered with, in both languages."""

OPENINGS = (
    "My sister asked me about {} the other day, and I had nothing to tell her.",
    "Right, and I keep thinking about {} now that you say so.",
    "Hold on, there is one more side of {} that I never got.",
    "Funny, I would have thought {} was simpler than that.",
    "So when my friends bring up {}, what should I say?",
    "Let us say I had to tell children about {} tomorrow morning.",
    "I am still not done with {}, if you have the time.",
    "Before I forget it: somebody at work got {} all wrong.",
)
WISHES = (
    "Where would you begin?",
    "Can you help me see why people care?",
    "What is the part that most of us miss?",
    "Is there more to it than I think?",
    "How would you put that in plain words?",
)
OPENINGS_ZH = (
    "前两天我妹妹问起{}，我一句也答不上来。",
    "听你这么讲，我对{}更想弄明白了。",
    "等一下，{}还有一面我一直没想通。",
    "怪了，我还以为{}没这么复杂。",
    "朋友要是聊到{}，我该怎么接话？",
    "要是明早得给孩子们讲{}呢？",
    "你要是有空，{}我还想再问问。",
    "差点忘了，同事把{}全说反了。",
)
WISHES_ZH = ("你会先讲哪一点？", "大家为什么在意？", "一般人容易漏掉什么？", "是不是没那么简单？", "能说得再白一点吗？")
PURPOSES = (
    "I want to know where to start",
    "I wonder why people care about it",
    "I want to hear what most of us miss",
    "I would like it in plain words",
    "I wonder whether there is more to it",
)
PURPOSES_ZH = (
    "想知道该从哪儿问起",
    "想弄明白大家为什么在意",
    "想听听一般人漏掉了什么",
    "想要更白的说法",
    "想知道是不是没那么简单",
)
ANSWERS = (
    "Start with this: ",
    "Mostly it is about ",
    "The short of it: ",
    "Think of these together: ",
    "What people miss is ",
    "In plain words: ",
)
ANSWERS_ZH = ("先说这个：", "多半是因为", "一句话：", "放在一起看：", "大家漏掉的是", "说白了：")
